import { it } from 'vitest';
import { generateTemplates } from '../../../build.mjs';

it('templates/ has no problem', () => generateTemplates());
