import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readListing } from '#adapters/s3/listing.ts';

test('a page has keys, decoded, with sizes, and the token of the next page', () => {
  const listing = readListing(
    '<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b=</NextContinuationToken>' +
      '<Contents><Key>log/predictions/a%2Bb/1-2.w.1.parquet</Key><Size>12</Size></Contents>' +
      '<Contents><Size>0</Size><Key>log/one+two%20three</Key></Contents></ListBucketResult>',
  );

  assert.deepEqual(listing, {
    objects: [
      { key: 'log/predictions/a+b/1-2.w.1.parquet', size: 12 },
      { key: 'log/one two three', size: 0 },
    ],
    next: 'a&b=',
  });
});

test('the last page has no next, whatever token it carries', () => {
  assert.deepEqual(
    readListing(
      '<ListBucketResult><IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>',
    ),
    { objects: [] },
  );
});
