/** A definition to begin with: what is in a comment is a line that can be taken in. */
export function template(name: string): string {
  return `# What cash compiles into one Bash script: cash generate, then read generated/${name}.sh.
# For an editor: cash schema >compose.schema.json
# yaml-language-server: $schema=compose.schema.json
name: ${name}

services:
  app:
    # Where the files come from: Debian by debootstrap, or a tar (tar:./app.tar, tar:https://… with x-cash.sha256).
    image: debootstrap:bookworm
    # x-cash: {include: [nginx-light]} # further packages of Debian
    command: [sleep, infinity]
    # environment: {LEVEL: info}
    # user: nobody

    # Limits; without them there is one of processes only.
    mem_limit: 256m
    cpus: 1
    pids_limit: 100

    # Nothing of the image is written; what has to be, is mounted.
    read_only: true
    tmpfs: [/tmp]
    # volumes: [data:/var/lib/app]

    # Of root it keeps no right. What it needs for a port below 1024: cap_add: [NET_BIND_SERVICE]
    cap_drop: [ALL]

    # It has a network of its own, with a way out. From the host, and from outside:
    # ports: ["127.0.0.1:8080:80"]

    restart: unless-stopped
    # healthcheck: {test: [CMD, test, -e, /proc/1], interval: 30s}

# volumes: {data: {}}
`;
}
