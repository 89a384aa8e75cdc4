/**
 * Worked cases of the point-in-time join, each by hand from Feast's rule: equal keys, event time ≤ label time (inclusive), age ≤ ttl
 * (inclusive), latest event time, ties by created time (null loses), and with the cut-off created time ≤ label time.
 * Times are written short: `10:00` is 2024-01-03T10:00:00Z, `2 10:00` the second of January.
 */

export interface Case {
  readonly name: string;
  /** Key, event time, created time, value; the created column is there where one row has four parts. */
  readonly rows: readonly (readonly [
    key: number | null,
    event: string | null,
    created: string | null,
    value: number | null,
  ])[];
  /** Key and time of the labels. */
  readonly labels: readonly (readonly [key: number | null, at: string | null])[];
  readonly expected: readonly (number | null)[];
  readonly ttl?: string;
  /** Absent: the source has a created column and the cut-off is on. `off`: Feast's default. `none`: there is no created column. */
  readonly created?: 'off' | 'none';
}

/** Created five minutes before the event: the cut-off changes nothing. */
const EARLY = '1 00:00';

export const CASES: readonly Case[] = [
  {
    name: 'the latest row before the label',
    rows: [
      [1, '08:00', EARLY, 8],
      [1, '09:00', EARLY, 9],
    ],
    labels: [[1, '10:00']],
    expected: [9],
  },
  {
    name: 'a row at the very time of the label counts',
    rows: [[1, '10:00', EARLY, 5]],
    labels: [[1, '10:00']],
    expected: [5],
  },
  {
    name: 'a row a microsecond after the label does not',
    rows: [[1, '10:00:00.000001', EARLY, 5]],
    labels: [[1, '10:00']],
    expected: [null],
  },
  {
    name: 'a row a microsecond before the label does',
    rows: [[1, '09:59:59.999999', EARLY, 5]],
    labels: [[1, '10:00']],
    expected: [5],
  },
  {
    name: 'a row of the future is not seen',
    rows: [[1, '11:00', EARLY, 5]],
    labels: [[1, '10:00']],
    expected: [null],
  },
  {
    name: 'the order of the file is of no account',
    rows: [
      [1, '09:00', EARLY, 9],
      [1, '08:00', EARLY, 8],
    ],
    labels: [[1, '10:00']],
    expected: [9],
  },
  {
    name: 'an age of exactly the ttl counts',
    rows: [[1, '09:00', EARLY, 5]],
    labels: [[1, '10:00']],
    ttl: '1h',
    expected: [5],
  },
  {
    name: 'a microsecond more than the ttl does not',
    rows: [[1, '08:59:59.999999', EARLY, 5]],
    labels: [[1, '10:00']],
    ttl: '1h',
    expected: [null],
  },
  { name: 'no ttl is no limit', rows: [[1, '1 00:00', EARLY, 5]], labels: [[1, '28 00:00']], expected: [5] },
  {
    name: 'the ttl counts from each label, not from now',
    rows: [[1, '09:00', EARLY, 5]],
    labels: [
      [1, '09:30'],
      [1, '10:00'],
      [1, '10:01'],
    ],
    ttl: '1h',
    expected: [5, 5, null],
  },
  {
    name: 'a latest row too old hides nothing younger',
    rows: [
      [1, '07:00', EARLY, 7],
      [1, '08:00', EARLY, 8],
    ],
    labels: [[1, '10:00']],
    ttl: '90m',
    expected: [null],
  },
  {
    name: 'a tie goes to the row created last',
    rows: [
      [1, '08:00', '08:10', 1],
      [1, '08:00', '08:20', 2],
    ],
    labels: [[1, '10:00']],
    expected: [2],
  },
  {
    name: 'a tie goes to the row created last, whatever its place in the file',
    rows: [
      [1, '08:00', '08:20', 2],
      [1, '08:00', '08:10', 1],
    ],
    labels: [[1, '10:00']],
    expected: [2],
  },
  {
    name: 'a tie goes to the row created last, both before their event',
    rows: [
      [1, '08:00', '06:10', 1],
      [1, '08:00', '06:20', 2],
    ],
    labels: [[1, '08:00']],
    expected: [2],
  },
  {
    name: "Feast's customer 3: two rows of one time, created on two days",
    rows: [
      [3, '2 00:00', '3 00:00', 10],
      [3, '2 00:00', '2 12:00', 20],
    ],
    labels: [[3, '3 00:00']],
    expected: [10],
  },
  {
    name: 'a null created time loses a tie',
    rows: [
      [1, '08:00', null, 1],
      [1, '08:00', '1 00:00', 2],
    ],
    labels: [[1, '10:00']],
    created: 'off',
    expected: [2],
  },
  {
    name: 'a null created time still wins by a later event',
    rows: [
      [1, '09:00', null, 1],
      [1, '08:00', '1 00:00', 2],
    ],
    labels: [[1, '10:00']],
    created: 'off',
    expected: [1],
  },
  {
    name: 'the cut-off leaves a null created time out',
    rows: [
      [1, '09:00', null, 1],
      [1, '08:00', '1 00:00', 2],
    ],
    labels: [[1, '10:00']],
    expected: [2],
  },
  {
    name: 'a correction written after the label is not seen',
    rows: [
      [1, '08:00', '08:10', 1],
      [1, '08:00', '11:00', 2],
    ],
    labels: [[1, '10:00']],
    expected: [1],
  },
  {
    name: "a correction written after the label is seen with Feast's default",
    rows: [
      [1, '08:00', '08:10', 1],
      [1, '08:00', '11:00', 2],
    ],
    labels: [[1, '10:00']],
    created: 'off',
    expected: [2],
  },
  {
    name: 'a correction written at the very time of the label is seen',
    rows: [
      [1, '08:00', '08:10', 1],
      [1, '08:00', '10:00', 2],
    ],
    labels: [[1, '10:00']],
    expected: [2],
  },
  {
    name: 'each label sees what was known at its time',
    rows: [
      [1, '08:00', '08:10', 1],
      [1, '08:00', '11:00', 2],
    ],
    labels: [
      [1, '10:59'],
      [1, '11:00'],
      [1, '08:05'],
    ],
    expected: [1, 2, null],
  },
  {
    name: "Feast's cut-off test: created two hours and two days later",
    rows: [
      [1, '3 10:00', '3 12:00', 0.4],
      [1, '3 10:00', '5 10:00', 0.6],
    ],
    labels: [[1, '4 00:00']],
    expected: [0.4],
  },
  {
    name: "Feast's cut-off test, its default",
    rows: [
      [1, '3 10:00', '3 12:00', 0.4],
      [1, '3 10:00', '5 10:00', 0.6],
    ],
    labels: [[1, '4 00:00']],
    created: 'off',
    expected: [0.6],
  },
  {
    name: 'all rows written later: the label stays, with null',
    rows: [[1, '08:00', '12:00', 1]],
    labels: [[1, '10:00']],
    expected: [null],
  },
  {
    name: 'a late, older row does not hide the newer one',
    rows: [
      [1, '09:00', '09:00', 9],
      [1, '07:00', '09:30', 7],
    ],
    labels: [[1, '10:00']],
    expected: [9],
  },
  {
    name: 'a late, older row is the answer until the newer is known',
    rows: [
      [1, '09:00', '11:00', 9],
      [1, '07:00', '09:30', 7],
    ],
    labels: [
      [1, '10:00'],
      [1, '11:00'],
    ],
    expected: [7, 9],
  },
  {
    name: 'three late rows in the wrong order',
    rows: [
      [1, '06:00', '09:00', 6],
      [1, '08:00', '08:30', 8],
      [1, '07:00', '09:30', 7],
    ],
    labels: [
      [1, '08:10'],
      [1, '08:30'],
      [1, '09:00'],
      [1, '10:00'],
    ],
    expected: [null, 8, 8, 8],
  },
  {
    name: 'two rows known at once: the later event wins',
    rows: [
      [1, '07:00', '09:00', 7],
      [1, '08:00', '09:00', 8],
    ],
    labels: [[1, '09:00']],
    expected: [8],
  },
  {
    name: 'an expired newer row hides an older one all the same',
    rows: [
      [1, '08:00', '08:00', 8],
      [1, '07:30', '09:50', 7],
    ],
    labels: [[1, '10:00']],
    ttl: '1h',
    expected: [null],
  },
  {
    name: 'a null feature of the latest row is null, not the value before',
    rows: [
      [1, '08:00', EARLY, 8],
      [1, '09:00', EARLY, null],
    ],
    labels: [[1, '10:00']],
    expected: [null],
  },
  {
    name: 'keys do not borrow from each other',
    rows: [
      [1, '08:00', EARLY, 1],
      [2, '09:00', EARLY, 2],
    ],
    labels: [
      [1, '10:00'],
      [2, '10:00'],
      [3, '10:00'],
    ],
    expected: [1, 2, null],
  },
  {
    name: 'a null key of a label matches nothing, and the label stays',
    rows: [
      [null, '08:00', EARLY, 1],
      [1, '08:00', EARLY, 2],
    ],
    labels: [
      [null, '10:00'],
      [1, '10:00'],
    ],
    expected: [null, 2],
  },
  {
    name: 'a label without a time stays, with null',
    rows: [[1, '08:00', EARLY, 1]],
    labels: [
      [1, null],
      [1, '10:00'],
    ],
    expected: [null, 1],
  },
  {
    name: 'a row without an event time is left out',
    rows: [
      [1, null, EARLY, 1],
      [1, '08:00', EARLY, 2],
    ],
    labels: [[1, '10:00']],
    expected: [2],
  },
  {
    name: 'labels that are there twice stay twice',
    rows: [[1, '08:00', EARLY, 1]],
    labels: [
      [1, '10:00'],
      [1, '10:00'],
    ],
    expected: [1, 1],
  },
  {
    name: 'labels keep their order',
    rows: [
      [1, '08:00', EARLY, 1],
      [2, '08:00', EARLY, 2],
    ],
    labels: [
      [2, '10:00'],
      [1, '09:00'],
      [2, '08:00'],
      [1, '07:00'],
    ],
    expected: [2, 1, 2, null],
  },
  {
    name: 'rows that are there twice are one',
    rows: [
      [1, '08:00', EARLY, 1],
      [1, '08:00', EARLY, 1],
    ],
    labels: [[1, '10:00']],
    expected: [1],
  },
  {
    name: 'a full tie goes to the greater value, so that the answer is one',
    rows: [
      [1, '08:00', EARLY, 1],
      [1, '08:00', EARLY, 3],
      [1, '08:00', EARLY, 2],
    ],
    labels: [[1, '10:00']],
    expected: [3],
  },
  {
    name: 'a source without created times has no cut-off',
    rows: [
      [1, '08:00', null, 1],
      [1, '09:00', null, 2],
    ],
    labels: [
      [1, '10:00'],
      [1, '08:30'],
    ],
    created: 'none',
    expected: [2, 1],
  },
  {
    name: "Feast's cut-off test, two things: what one lacks it does not borrow",
    rows: [
      [1, '3 10:00', '3 12:00', 0.4],
      [2, '3 10:00', '6 12:00', 0.9],
    ],
    labels: [
      [1, '4 00:00'],
      [2, '4 00:00'],
    ],
    expected: [0.4, null],
  },
  {
    name: 'of many rows between two labels the last one counts',
    rows: [
      [1, '08:10', '08:10', 1],
      [1, '08:20', '08:20', 2],
      [1, '08:30', '08:30', 3],
      [1, '09:10', '09:10', 4],
      [1, '09:20', '09:20', 5],
    ],
    labels: [
      [1, '08:00'],
      [1, '09:00'],
      [1, '10:00'],
    ],
    expected: [null, 3, 5],
  },
  {
    name: 'two late rows between labels: the newer row of long ago stays the answer',
    rows: [
      [1, '08:00', '08:00', 8],
      [1, '06:00', '09:10', 6],
      [1, '07:00', '09:20', 7],
    ],
    labels: [
      [1, '09:00'],
      [1, '10:00'],
    ],
    expected: [8, 8],
  },
  {
    name: 'late rows that rise, each known before the next label, stay below the newer row',
    rows: [
      [1, '08:00', '08:00', 8],
      [1, '05:00', '08:10', 5],
      [1, '06:00', '08:20', 6],
      [1, '07:00', '08:30', 7],
    ],
    labels: [
      [1, '08:15'],
      [1, '08:25'],
      [1, '08:35'],
    ],
    expected: [8, 8, 8],
  },
  {
    name: 'a row known at the very time of the label, older than what is there, is not the answer',
    rows: [
      [1, '08:00', '08:00', 8],
      [1, '07:00', '10:00', 7],
    ],
    labels: [[1, '10:00']],
    expected: [8],
  },
  {
    name: 'three versions of a row, a label before and after each',
    rows: [
      [1, '08:00', '08:10', 1],
      [1, '08:00', '08:30', 3],
      [1, '08:00', '08:20', 2],
    ],
    labels: [
      [1, '08:05'],
      [1, '08:10'],
      [1, '08:20'],
      [1, '08:25'],
      [1, '08:30'],
    ],
    expected: [null, 1, 2, 2, 3],
  },
  {
    name: 'a correction of an older row does not hide the newer row',
    rows: [
      [1, '08:00', '08:10', 1],
      [1, '09:00', '09:10', 2],
      [1, '08:00', '09:30', 3],
    ],
    labels: [[1, '10:00']],
    expected: [2],
  },
  {
    name: 'a forecast, written before its time, counts from its time on',
    rows: [
      [1, '10:00', '06:00', 1],
      [1, '10:00', '07:00', 2],
    ],
    labels: [
      [1, '09:59'],
      [1, '10:00'],
    ],
    expected: [null, 2],
  },
  {
    name: 'rows known at once of one event: written before it or at it, the last written wins',
    rows: [
      [1, '10:00', '10:00', 2],
      [1, '10:00', '09:00', 3],
      [1, '09:00', '10:00', 1],
    ],
    labels: [[1, '10:00']],
    expected: [2],
  },
  {
    name: 'a row that the first label finds too old is too old for the others',
    rows: [[1, '07:00', '07:00', 7]],
    labels: [
      [1, '10:00'],
      [1, '09:00'],
    ],
    ttl: '1h',
    expected: [null, null],
  },
  {
    name: 'the oldest label of a thing is not the oldest of another',
    rows: [
      [1, '07:00', '07:00', 7],
      [2, '07:00', '07:00', 70],
    ],
    labels: [
      [1, '10:00'],
      [2, '07:30'],
      [2, '10:00'],
    ],
    ttl: '1h',
    expected: [null, 70, null],
  },
  {
    name: 'a late row within the ttl does not stand in for a newer one beyond it',
    rows: [
      [1, '08:55', '09:00', 1],
      [1, '08:50', '09:55', 2],
    ],
    labels: [
      [1, '09:30'],
      [1, '10:00'],
    ],
    ttl: '1h',
    expected: [1, null],
  },
  {
    name: 'a full tie of a value and null goes to the value',
    rows: [
      [1, '08:00', EARLY, null],
      [1, '08:00', EARLY, -1],
    ],
    labels: [[1, '10:00']],
    expected: [-1],
  },
  {
    name: 'no rows for the keys at all',
    rows: [[9, '08:00', EARLY, 1]],
    labels: [[1, '10:00']],
    expected: [null],
  },
];

/** ISO 8601 of a short time. */
export function instantOf(short: string): string {
  const [day, time] = short.includes(' ') ? short.split(' ') : ['3', short];
  return `2024-01-${String(day).padStart(2, '0')}T${String(time).split(':').length === 2 ? `${time}:00` : time}Z`;
}
