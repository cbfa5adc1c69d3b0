import * as z from 'zod';
import { AUDIT_RULES, POLICY_RULES } from '../rules.ts';
import { cashMapping, commandForm, flag, mapOrList, number, size, text, textList, textOrList, word } from './forms.ts';

export const clocks = cashMapping(
  {
    monotonic: number('Seconds that CLOCK_MONOTONIC is ahead of the host\'s; default 0.').optional(),
    boottime: number('Seconds that CLOCK_BOOTTIME, and /proc/uptime, are ahead; default 0.').optional(),
  },
  'A time namespace.',
);

export const imageOptions = cashMapping(
  {
    tag: text('NAME:TAG the image is kept under on the host.').optional(),
    mirror: text('debootstrap: the archive, http://, https://, file:// or a path.').optional(),
    variant: word(['minbase', 'buildd', 'standard'], 'debootstrap: the set of packages; default minbase.').optional(),
    include: textOrList('debootstrap: further packages.').optional(),
    components: textOrList('debootstrap: components of the archive; default main.').optional(),
    arch: text('debootstrap: architecture; default that of the host.').optional(),
    sha256: text('tar: digest of the file; demanded for a URL.').optional(),
    command: commandForm('Command of the image, where the service has none.').optional(),
    entrypoint: commandForm('Entrypoint of the image, where the service has none.').optional(),
    environment: mapOrList('Environment of the image, under that of the service.').optional(),
    user: text('User of the image, where the service has none.').optional(),
    working_dir: text('Working directory of the image, where the service has none.').optional(),
    on_unhealthy: word(['none', 'restart', 'stop', 'kill'], 'What is done when the healthcheck says unhealthy; default none.').optional(),
    time: clocks.optional(),
  },
  'What cash needs to know of the image, and what Compose has no key for.',
).nullable();

const parameterTypes = ['name', 'ipv4', 'integer', 'bytes', 'path', 'string'] as const;

export const parameter = cashMapping(
  {
    type: z.enum(parameterTypes).meta({ description: 'What values it takes.' }),
    min: number('integer, bytes: the smallest value.').optional(),
    max: number('integer, bytes: the largest value.').optional(),
    pattern: text('string: a POSIX extended regular expression, from ^ to $.').optional(),
    default: z.union([z.string(), z.number()], { error: () => 'a string or a number' }).meta({ description: 'Value where none is given.' }).optional(),
    description: text('What it is, for the help of the script.').optional(),
  },
  'A value that stays open until the script runs.',
);

const parameters = z
  .record(z.string(), z.union([z.enum(parameterTypes), parameter], { error: () => 'a type or a mapping' }))
  .nullable()
  .meta({ description: 'Values that stay open until the script runs; `${name}` stands for them.' });

export const functionDeclaration = cashMapping(
  {
    service: text('The service the command is for.'),
    parameters: textList('Parameters, in the order of the arguments.').optional(),
    options: textList('Options that are always given, such as --keep.').optional(),
  },
  'The signature of a command.',
);

const functions = z
  .record(z.string(), functionDeclaration)
  .nullable()
  .meta({ description: 'Signatures of commands (pull, run, commit, rm, rmi, down) in place of `COMMAND SERVICE`.' });

export const waiver = cashMapping(
  {
    rule: word([...AUDIT_RULES, ...POLICY_RULES], 'A rule of the audit (A004), or of a policy (read_only).'),
    reason: text('Why it does not hold here; one line.'),
    until: text('The last day it is waived, YYYY-MM-DD.'),
    service: text('The service it is waived for; default: all.').optional(),
  },
  'A rule that does not hold here, for a reason and a time.',
);

export const storageMapping = cashMapping(
  {
    type: word(['loop', 'device', 'btrfs', 'directory'], 'A file that cash makes, a block device, the btrfs that is there, or, without root, a directory on whatever there is.').optional(),
    size: size('loop: size of the file; default 4g.').optional(),
    device: text('device: its path.').optional(),
    format: flag('device: make a btrfs on it where it is blank.').optional(),
  },
  'Where images and containers are kept.',
);

export const usernsMapping = cashMapping(
  {
    start: number('First subordinate id on the host; default 100000.').optional(),
    count: number('How many; default 65536.').optional(),
  },
  'Subordinate ids for userns_mode: auto.',
);

export const signatureDemand = cashMapping(
  {
    allowed_signers: text('Path on the host of the file of who may sign: ssh-keygen(1), ALLOWED SIGNERS.'),
    identity: text('Who has to have signed it, as in that file.'),
  },
  'The script does nothing that is not signed.',
);

export const hostOptions = cashMapping(
  {
    root: text('Directory on the host for images, containers and volumes; default /var/lib/cash.').optional(),
    directory: text('Directory on the host that relative paths are relative to; default: that of the Compose file.').optional(),
    storage: z
      .union([z.string(), storageMapping], { error: () => 'a size or a mapping' })
      .meta({ description: 'A size (of a loop file), or a mapping.' })
      .optional(),
    cgroup: word(['auto', 'v1', 'v2', 'libcgroup'], 'How limits are set; default auto: by what the host has.').optional(),
    supervisor: word(['cash', 'systemd'], 'Who starts, stops and restarts detached containers; default cash: a process of ours for each.').optional(),
    allow: textOrList('Sources of bind mounts that are refused otherwise: /, /proc, /sys, /dev, those of cash, and links.').optional(),
    userns: usernsMapping.optional(),
    rootless: flag('An ordinary user runs the script, without root; `root` is a directory of theirs.').optional(),
    parameters: parameters.optional(),
    functions: functions.optional(),
    commands: textOrList('The commands of the script, beside check, plan, down, help and version; default: all.').optional(),
    require_signature: signatureDemand.optional(),
    waivers: z.array(waiver).meta({ description: 'Rules that do not hold here, for a reason and a time.' }).optional(),
  },
  'What cash needs to know of the host.',
).nullable();
