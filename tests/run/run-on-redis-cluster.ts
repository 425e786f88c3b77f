// As run-on-redis.ts, with the cluster of the test run.
process.env['TEST_QUEUE_STORE'] = 'redis';
process.env['TEST_REDIS_URL'] = process.env['TEST_REDIS_CLUSTER_URL'];
