/** Shared by the commands' declarations. */
export const EXAMPLE_SETTINGS = '\nExample:';

/** For an option that can be given more than once. */
export function repeated(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
