/** Where a database or a Redis of somebody else can be named. */
const elsewhere = ['DATABASE_URL', 'DATABASE_READ_URL', 'REDIS_URL'];
const ports = ['PORT', 'SANDBOX_PORT', 'METRICS_PORT', 'WORKER_METRICS_PORT'];

/**
 * The environment of a system that shares nothing with others: a database of its own in `dataDir`, and free ports.
 * @param base of this process: what it says about anything else is kept.
 */
export function ownEnvironment(base: NodeJS.ProcessEnv, dataDir: string): NodeJS.ProcessEnv {
  // An empty setting counts as absent.
  const none = elsewhere.flatMap((name) => [name, `${name}_FILE`]).map((name) => [name, '']);
  return { ...base, ...Object.fromEntries([...none, ...ports.map((name) => [name, '0'])]), DATA_DIR: dataDir };
}
