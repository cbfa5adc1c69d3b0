/** IPv4 arithmetic, on 32-bit numbers. */
export interface Subnet {
  readonly network: number;
  readonly prefix: number;
}

export function parseAddress(text: string): number {
  return text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

export function formatAddress(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

export function parseSubnet(text: string): Subnet {
  const [address = '', prefix = ''] = text.split('/');
  const size = 2 ** (32 - Number(prefix));
  return { network: Math.floor(parseAddress(address) / size) * size, prefix: Number(prefix) };
}

/** The first and the last address in it. */
export function addresses({ network, prefix }: Subnet): { readonly first: number; readonly last: number } {
  return { first: network, last: network + 2 ** (32 - prefix) - 1 };
}

/** The first and the last address a host can have. */
export function hosts(subnet: Subnet): { readonly first: number; readonly last: number } {
  const { first, last } = addresses(subnet);
  return { first: first + 1, last: last - 1 };
}

export function overlap(one: Subnet, other: Subnet): boolean {
  const size = 2 ** (32 - Math.min(one.prefix, other.prefix));
  return Math.floor(one.network / size) === Math.floor(other.network / size);
}
