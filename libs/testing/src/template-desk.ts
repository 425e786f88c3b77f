import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Answer } from './api-client.ts';
import { startStack } from './stack.ts';
import type { Model, Stack } from './stack.ts';
import { saveTemplate } from './templates.ts';
import type { SavedTemplate } from './templates.ts';

export const templatePath = '/api/v1/admin/mood/template';
export const templateListPath = '/api/v1/admin/mood/templates';
/** The administrator of `TemplateDesk.admin`. */
export const adminId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
/** No template has it. */
export const unknownId = '0198c5a0-7a3f-7c11-9d2e-000000000000';
/** What `templateDeskEnv` makes a listed word of is refused. */
export const templateDeskEnv = { CONTENT_LISTED_WORDS: 'zaubertrank' };
export const greeting = { moodState: 'positive', templateType: 'greeting', content: 'Hi {{userName|there}}!' };
export const templateDefaults = { tierLevel: null, priority: 100, active: true, locale: null, experiment: null, weight: 1 };

/** A stack with two administrators, a service that renders and a model in a positive mood, and what tests of templates do with them. */
export interface TemplateDesk {
  readonly stack: Stack;
  readonly admin: string;
  readonly otherAdmin: string;
  readonly otherAdminId: string;
  readonly service: string;
  readonly model: Model;
  readonly post: (body: object, token?: string) => Promise<Answer>;
  readonly read: (id: string) => Promise<Answer>;
  readonly create: (draft?: object) => Promise<SavedTemplate>;
  readonly versionsOf: (id: string, query?: string) => Promise<Answer['body'][]>;
  readonly importFile: (templates: unknown, options?: { dryRun?: boolean; to?: Stack }) => Promise<Answer>;
  /** Everything that a change of templates could touch, as one text. */
  readonly stored: (from?: Stack) => Promise<string>;
  /** Holds that a request is refused, with this code, and that nothing is written. @returns the message. */
  readonly expectRefused: (request: () => Promise<Answer>, status: number, error: string) => Promise<string>;
}

export async function openTemplateDesk(): Promise<TemplateDesk> {
  const stack = await startStack({ env: templateDeskEnv });
  const otherAdminId = randomUUID();
  const admin = await stack.platform.token('admin', adminId);
  const model = await stack.createModel();
  const { status: moodStatus } = await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, model.token);
  expect(moodStatus).toBe(200);

  async function stored(from: Stack = stack): Promise<string> {
    const rows = await from.database.query<{ found: string }>(
      `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t.id)) || ' ' || (SELECT count(*) FROM mood_template_versions) AS found
       FROM mood_messaging_templates t`,
    );
    return rows[0]?.found ?? '';
  }

  return {
    stack,
    admin,
    otherAdmin: await stack.platform.token('admin', otherAdminId),
    otherAdminId,
    service: await stack.platform.token('service', undefined, { scope: 'mood:render' }),
    model,
    post: (body, token = admin) => stack.api.post(templatePath, body, token),
    read: (id) => stack.api.get(`${templatePath}/${id}`, admin),
    create: (draft = {}) => saveTemplate(stack, admin, { ...greeting, ...draft }),
    async versionsOf(id, query = 'limit=100') {
      const { status, body } = await stack.api.get(`${templatePath}/${id}/versions?${query}`, admin);
      expect(status).toBe(200);
      return body.versions;
    },
    stored,
    importFile: (templates, { dryRun, to = stack } = {}) =>
      to.api.post(
        `${templateListPath}/import${dryRun === undefined ? '' : `?dryRun=${dryRun}`}`,
        { format: 'mood-templates/1', templates },
        admin,
      ),
    async expectRefused(request, status, error) {
      const before = await stored();
      const answer = await request();
      expect([answer.status, answer.body]).toEqual([status, { error, message: expect.stringMatching(/.{10}/) }]);
      expect(await stored()).toBe(before);
      return answer.body.message;
    },
  };
}
