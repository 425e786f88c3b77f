import { describeFlags } from './flags.suite.ts';
import { openInMemoryProvider } from './in-memory-provider.fixture.ts';

describeFlags('the provider of the SDK', async () => openInMemoryProvider());
