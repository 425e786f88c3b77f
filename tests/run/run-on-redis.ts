// Before each test file of the second round: its stacks have their queues and their cache in the Redis of the test run.
process.env['TEST_QUEUE_STORE'] = 'redis';
