import { generateTemplates } from '../../build.mjs';

/** Tests import sources, which import the precompiled templates. Problems of a template are a test of their own. */
export async function setup(): Promise<void> {
  await generateTemplates().catch((error: unknown) => console.error(String(error)));
}
