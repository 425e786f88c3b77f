// A message service in plain JavaScript: reports a message to the mood system's queue.
import { createAutoReplyProducer } from '@mood/client/queue';

const { message, ...queue } = JSON.parse(process.argv[2]);
const producer = createAutoReplyProducer(queue);
await producer.messageReceived(message);
const refused = await producer.messageReceived({ ...message, text: 'hello' }).catch((error) => error.name);
await producer.close();
process.stdout.write(JSON.stringify({ refused }));
