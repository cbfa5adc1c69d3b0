/** The commands of a script, in the order of its help. */
export const COMMANDS = [
  'check', 'plan', 'apply', 'pull', 'run', 'up', 'start', 'stop', 'restart', 'kill', 'pause', 'unpause', 'wait', 'attach', 'exec', 'port', 'ps', 'top', 'stats', 'inspect', 'update', 'healthcheck',
  'logs', 'events', 'commit', 'images', 'history', 'tag', 'rmi', 'image', 'cp', 'diff', 'export', 'rm', 'prune', 'volume', 'down', 'install', 'uninstall', 'completion', 'help', 'version',
] as const;

/** Every script has them: what is made has to be seen, foreseen and removed. */
export const BASE = ['check', 'plan', 'down', 'help', 'version'] as const;
