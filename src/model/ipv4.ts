/** IPv4 addresses as numbers of 32 bits, and subnets. */
export interface Subnet {
  /** The network's own address. */
  readonly base: number;
  readonly prefix: number;
}

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const addressForm = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);

export function parseAddress(text: string): number | null {
  const match = addressForm.exec(text);
  if (match === null) return null;
  return match.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatAddress(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** `10.0.0.0/24`; null where it is no subnet or the address has host bits. */
export function parseSubnet(text: string): Subnet | null {
  const [address = '', prefixText = '', ...rest] = text.split('/');
  const base = parseAddress(address);
  if (base === null || rest.length > 0 || !/^(\d|[12]\d|3[0-2])$/.test(prefixText)) return null;
  return { base, prefix: Number(prefixText) };
}

export function subnetSize(subnet: Subnet): number {
  return 2 ** (32 - subnet.prefix);
}

export function networkOf(subnet: Subnet): number {
  return subnet.base - (subnet.base % subnetSize(subnet));
}

export function broadcastOf(subnet: Subnet): number {
  return networkOf(subnet) + subnetSize(subnet) - 1;
}

export function contains(subnet: Subnet, address: number): boolean {
  return address >= networkOf(subnet) && address <= broadcastOf(subnet);
}

const group = '[0-9a-fA-F]{1,4}';

/** Whether it is written like an IPv6 address: enough to tell it from a name (RFC 4291, without zones). */
export function isIpv6(text: string): boolean {
  if (!text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const wellFormed = groups.every((part) => new RegExp(`^${group}$`).test(part));
  return wellFormed && (halves.length === 2 ? groups.length < 8 : groups.length === 8);
}
