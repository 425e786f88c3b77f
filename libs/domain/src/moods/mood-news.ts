/** That a model's mood has changed, and the version that it has now. No more: whoever shows it reads it. */
export interface MoodNews {
  modelId: string;
  version: number;
}

/** Tells all API processes of changes. A message may get lost: they compare versions from time to time (`MoodVersions`). */
export interface MoodNewsPublisher {
  /** @throws when it could not be told. */
  publish(news: readonly MoodNews[]): Promise<void>;
}

/** The versions that the table has, for whoever shows moods and could have missed a change. */
export interface MoodVersions {
  /** One statement. Models that never set a mood are absent. @throws DependencyUnavailable. */
  findVersions(modelIds: readonly string[]): Promise<MoodNews[]>;
}

/** A notification of PostgreSQL holds less than 8,000 bytes; an id and a version take 53 at most. */
const perText = 140;

/** The texts in which news travels between processes: `id version` by commas, each short enough for any carrier. */
export function writeMoodNews(news: readonly MoodNews[]): string[] {
  const texts: string[] = [];
  for (let start = 0; start < news.length; start += perText) {
    const some = news.slice(start, start + perText);
    texts.push(some.map(({ modelId, version }) => `${modelId} ${version}`).join(','));
  }
  return texts;
}

const item = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{1,16})$/;

/** Reads what `writeMoodNews` has written. Anything else is left out: others may write to the same channel. */
export function readMoodNews(text: string): MoodNews[] {
  return text.split(',', perText).flatMap((part) => {
    const [, modelId, version] = item.exec(part) ?? [];
    return modelId === undefined ? [] : [{ modelId, version: Number(version) }];
  });
}
