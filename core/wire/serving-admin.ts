/**
 * The admin API of `mergeway serve`: what the controller and the server say to each other (bearer token, JSON).
 *
 *     PUT  /admin/models/{name}/traffic   TrafficPlan             → {}
 *     POST /admin/models/{name}/lease     LeaseRequest            → LeaseAnswer
 *     GET  /admin/models/{name}/traffic                           → TrafficReading
 *
 * A plan is applied whole or not at all. The same plan again changes nothing: counters stay, and a canary that
 * lapsed stays away. A lapsed step starts again only under a new step id.
 */

import { z } from 'zod';
import { Digest, type Digest as DigestText } from '../digest.ts';
import type { TrafficPlan, TrafficReading } from '../ports/traffic.ts';

const DigestField = Digest.transform((text) => text as DigestText);
const Version = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/, 'expected a version such as v1.2.3');
const Step = z.string().min(1).max(500);
const LeaseMs = z.number().int().min(100).max(600_000);

export const TrafficPlanJson = z.strictObject({
  champion: DigestField,
  championVersion: Version,
  championSettings: DigestField.exactOptional(),
  canary: z
    .strictObject({
      digest: DigestField,
      version: Version,
      settings: DigestField.exactOptional(),
      weight: z.number().min(0).max(100),
      salt: z.string().min(1).max(500),
      step: Step,
      leaseMs: LeaseMs,
      slowMs: z.number().positive().max(3_600_000).exactOptional(),
    })
    .exactOptional(),
}) satisfies z.ZodType<TrafficPlan>;

export const LeaseRequest = z.strictObject({ step: Step, leaseMs: LeaseMs });

/** `renewed` is false when the server no longer has that step under lease. */
export const LeaseAnswer = z.object({ renewed: z.boolean() });

const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const ArmCountsJson = z.object({ units: Count, errors: Count, slow: Count });

export const TrafficReadingJson = z.object({
  champion: DigestField.exactOptional(),
  canary: DigestField.exactOptional(),
  step: Step.exactOptional(),
  counts: z.object({ champion: ArmCountsJson, canary: ArmCountsJson }),
  lapsed: z.boolean(),
}) satisfies z.ZodType<TrafficReading>;

/** The body of every refusal. */
export const Refusal = z.object({ error: z.string() });
