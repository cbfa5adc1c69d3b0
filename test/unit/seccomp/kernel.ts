/** Classic BPF as the kernel executes it for seccomp: written from linux/filter.h and kernel/seccomp.c, not from the compiler. */

export interface Call {
  readonly number: number;
  /** AUDIT_ARCH_… */
  readonly architecture: number;
  readonly args: readonly bigint[];
}

export interface Answer {
  /** SECCOMP_RET_… */
  readonly value: number;
  readonly steps: number;
}

/** struct seccomp_data, 64 bytes. */
function data({ number, architecture, args }: Call): DataView {
  const view = new DataView(new ArrayBuffer(64));
  view.setUint32(0, number, true);
  view.setUint32(4, architecture, true);
  args.forEach((value, index) => view.setBigUint64(16 + 8 * index, value, true));
  return view;
}

/** Throws on what the kernel refuses to load, or this does not know. */
export function execute(program: Buffer, call: Call): Answer {
  const view = data(call);
  let accumulator = 0;
  let steps = 0;
  for (let at = 0; ; at += 1) {
    if ((at + 1) * 8 > program.length) throw new Error('past the end');
    steps += 1;
    const [code, yes, no, k] = [program.readUInt16LE(at * 8), program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3), program.readUInt32LE(at * 8 + 4)];
    if (code === 0x20) {
      if (k % 4 !== 0 || k > 60) throw new Error(`load of ${k}`);
      accumulator = view.getUint32(k, true);
    } else if (code === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (code === 0x05) at += k;
    else if (code === 0x15) at += accumulator === k ? yes : no;
    else if (code === 0x25) at += accumulator > k ? yes : no;
    else if (code === 0x35) at += accumulator >= k ? yes : no;
    else if (code === 0x06) return { value: k, steps };
    else throw new Error(`code ${code}`);
  }
}

export const AUDIT = { x86_64: 0xc000003e, aarch64: 0xc00000b7, i386: 0x40000003, arm: 0x40000028 } as const;
