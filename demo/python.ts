/**
 * Real training needs Python 3.10 or newer and a package index. Where they are missing the demo says so in one line, and the
 * runner gets a `python` that hands out the committed models which the same script made.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Story } from './story.ts';

const run = promisify(execFile);

/** Where virtual environments are kept between runs. */
const TOOL_CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mergeway-demo');

const REQUIREMENTS = join(import.meta.dirname, '../templates/quickstart/repository/requirements.lock');
