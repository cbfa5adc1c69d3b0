import type { BuildOptions } from 'esbuild';

export function generateTemplates(): Promise<void>;
export function bundled(): BuildOptions;
export function bundle(folder: string): Promise<void>;
