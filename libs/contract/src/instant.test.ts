import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { instantSchema, instantTextSchema } from './instant.ts';

const accepted: [written: string, meant: string][] = [
  ['2027-01-02T18:00:00Z', '2027-01-02T18:00:00.000Z'],
  ['2027-01-02T18:00:00.000Z', '2027-01-02T18:00:00.000Z'],
  ['2027-01-02T18:00Z', '2027-01-02T18:00:00.000Z'],
  ['2027-01-02T18:00+01:00', '2027-01-02T17:00:00.000Z'],
  ['2027-01-02T18:00:00+0100', '2027-01-02T17:00:00.000Z'],
  ['2027-01-02T18:00:00-0330', '2027-01-02T21:30:00.000Z'],
  ['2027-01-02T18:00:00+01', '2027-01-02T17:00:00.000Z'],
  ['2027-01-02T18:00-08', '2027-01-03T02:00:00.000Z'],
  ['2027-01-02t18:00:00z', '2027-01-02T18:00:00.000Z'],
  ['2027-01-02t18:00z', '2027-01-02T18:00:00.000Z'],
  ['2027-01-02T18:00:00.5Z', '2027-01-02T18:00:00.500Z'],
  ['2027-01-02T18:00:00,25+01:00', '2027-01-02T17:00:00.250Z'],
  ['2027-01-02T18:00:00.123456Z', '2027-01-02T18:00:00.123Z'],
  ['2027-01-02T18:00:00.999999999Z', '2027-01-02T18:00:00.999Z'],
  ['2027-01-02T18:00:00.0009Z', '2027-01-02T18:00:00.000Z'],
  ['2027-01-02T18:00:00.1234567+0530', '2027-01-02T12:30:00.123Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['2017-01-01T00:59:60.5+01:00', '2017-01-01T00:00:00.500Z'],
  ['2027-01-02T18:00:00+14:00', '2027-01-02T04:00:00.000Z'],
  ['2027-01-02T18:00:00-12:00', '2027-01-03T06:00:00.000Z'],
  ['2027-01-02T18:00:00-00:00', '2027-01-02T18:00:00.000Z'],
  ['2027-01-02T18:00:00+23:59', '2027-01-01T18:01:00.000Z'],
  ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['2000-02-29T00:00Z', '2000-02-29T00:00:00.000Z'],
  ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
  ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
  ['1969-12-31T23:59:59.9Z', '1969-12-31T23:59:59.900Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
];

const noForm: unknown[] = [
  '2027-01-02T18:00:00',
  '2027-01-02T18:00',
  '2027-01-02',
  '2027-01-02Z',
  '2027-01',
  '2027',
  '18:00Z',
  '2027-01-02 18:00:00Z',
  '2027-01-02_18:00:00Z',
  '2027-01-02T18Z',
  '2027-01-02T18:00.5Z',
  '2027-01-02T18:00:00.Z',
  '2027-01-02T18:00:00,Z',
  '2027-01-02T18:00:00 Z',
  '2027-01-02T18:00:00 01:00',
  '2027-01-02T18:00:00 +01:00',
  '2027-01-02T18:00:00+1',
  '2027-01-02T18:00:00+1:00',
  '2027-01-02T18:00:00+010',
  '2027-01-02T18:00:00+01:00:30',
  '2027-01-02T18:00:00\u221201:00',
  '2027-01-02T18:00:00ZZ',
  '2027-01-02T18:00:00Z+01:00',
  '2027-01-02T18:00:00UTC',
  '2027-01-02T18:00:00 CET',
  '2027-01-02T18:00:00+01:00[Europe/Paris]',
  '20270102T180000Z',
  '2027-W01-6T18:00:00Z',
  '2027-002T18:00:00Z',
  '2027-1-2T18:00:00Z',
  '27-01-02T18:00:00Z',
  '+002027-01-02T18:00:00Z',
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '-2027-01-02T18:00:00Z',
  '02/01/2027 18:00',
  'Sat, 02 Jan 2027 18:00:00 GMT',
  'Sat Jan 02 2027 18:00:00 GMT+0100',
  '1798912800',
  '1798912800000',
  'now',
  'tomorrow',
  'P1D',
  '2027-01-02T18:00:00Z/2027-01-03T18:00:00Z',
  '',
  ' ',
  ' 2027-01-02T18:00:00Z',
  '2027-01-02T18:00:00Z ',
  '2027-01-02T18:00:00Z\n',
  '\uFEFF2027-01-02T18:00:00Z',
  '２０２７-01-02T18:00:00Z',
  '٢٠٢٧-01-02T18:00:00Z',
  `2027-01-02T18:00:00.${'0'.repeat(60)}Z`,
  1_798_912_800,
  1_798_912_800_000,
  true,
  null,
  undefined,
  {},
  [],
  ['2027-01-02T18:00:00Z'],
  new Date(),
];

const noTime = [
  '2027-02-29T00:00:00Z',
  '2027-02-30T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2027-04-31T00:00:00Z',
  '2027-00-02T00:00:00Z',
  '2027-13-02T00:00:00Z',
  '2027-01-00T00:00:00Z',
  '2027-01-32T00:00:00Z',
  '2027-01-02T25:00:00Z',
  '2027-01-02T24:00:00Z',
  '2027-12-31T24:00+01:00',
  '2027-01-02T24:00:01Z',
  '2027-01-02T24:01Z',
  '2027-01-02T24:00:00.001Z',
  '2027-01-02T18:60Z',
  '2027-01-02T18:00:60Z',
  '2027-01-02T23:59:60+01:00',
  '2027-01-02T18:00:61Z',
  '2027-01-02T18:00:00+24:00',
  '2027-01-02T18:00:00+25:00',
  '2027-01-02T18:00:00-99',
  '2027-01-02T18:00:00+01:60',
  '2027-01-02T18:00:00+0199',
  '0000-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
  '9999-12-31T24:00:00Z',
];

describe('a point in time', () => {
  test.each(accepted)('%s is %s', (written, meant) => {
    expect(instantSchema.parse(written)).toEqual(new Date(meant));
    expect(instantTextSchema.parse(written)).toBe(meant);
  });

  test.each(noForm.map((value) => [value]))('%j has a form that is refused', (value) => {
    const { error } = instantSchema.safeParse(value);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'expected an ISO 8601 time with a zone, for example 2026-01-02T15:45:00Z',
    ]);
    expect(instantTextSchema.safeParse(value).success).toBe(false);
  });

  test.each(noTime)('%s does not exist', (value) => {
    const { error } = instantSchema.safeParse(value);
    expect(error?.issues.map(({ message }) => message)).toEqual(['expected a date and a time that exist, up to the year 9999 in UTC']);
  });

  test('of every writer is the one that was meant, in every form', () => {
    const pad = (value: number) => String(value).padStart(2, '0');
    const time = fc.date({ noInvalidDate: true, min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z') });
    const writer = fc.record({
      zone: fc.integer({ min: -23 * 60, max: 23 * 60 }),
      form: fc.constantFrom('z', 'hhmm', 'hh:mm'),
      mark: fc.constantFrom('.', ','),
      more: fc.stringMatching(/^\d{0,6}$/),
      t: fc.constantFrom('T', 't'),
    });
    fc.assert(
      fc.property(time, writer, (instant, { zone, form, mark, more, t }) => {
        const minutes = form === 'z' ? 0 : zone;
        const local = new Date(instant.getTime() + minutes * 60_000).toISOString().replace('T', t).replace('.', mark).slice(0, -1);
        const offset = `${minutes < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(minutes) / 60))}${form === 'hhmm' ? '' : ':'}${pad(Math.abs(minutes) % 60)}`;
        expect(instantSchema.parse(`${local}${more}${form === 'z' ? 'z' : offset}`)).toEqual(instant);
      }),
    );
  });

  test('is read in no time, however long the text', () => {
    const usedMs = startProcessorWatch();
    for (const text of ['2'.repeat(60_000), `2027-01-02T18:00:00.${'1'.repeat(60_000)}`, `2027-01-02T18:00:00+${'0'.repeat(60_000)}`]) {
      for (let nth = 0; nth < 200; nth++) expect(instantSchema.safeParse(text).success).toBe(false);
    }
    expect(usedMs()).toBeLessThan(2_000);
  });
});
