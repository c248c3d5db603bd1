// usage: node same-answer.mjs OURS.json THEIRS.json     fails unless both hold the same data
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const read = (file) => {
  const { data, errors } = JSON.parse(readFileSync(file, "utf8"));
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
};
const uuid = (globalId) => Buffer.from(globalId, "base64url").toString().split(":")[1];
const instant = (text) => text.replace(/\.?0*(Z|\+00:00)$/, "");

const ours = read(process.argv[2]).organization;
const theirs = read(process.argv[3]).organizationBySlug;
assert.equal(ours.posts.nodes.length, 20);
assert.ok(ours.posts.nodes.every((post) => post.latestMetrics.length === 4));
assert.deepEqual(
  {
    id: uuid(ours.id),
    name: ours.name,
    posts: ours.posts.nodes.map((post) => ({
      id: uuid(post.id),
      title: post.title,
      platforms: post.platforms,
      publishedAt: instant(post.publishedAt),
      author: uuid(post.author.id),
      latestMetrics: post.latestMetrics,
    })),
  },
  {
    id: theirs.rowId,
    name: theirs.name,
    posts: theirs.posts.map((post) => ({
      id: post.rowId,
      title: post.title,
      platforms: post.platforms,
      publishedAt: instant(post.publishedAt),
      author: post.author.rowId,
      latestMetrics: post.latestMetrics,
    })),
  },
);
