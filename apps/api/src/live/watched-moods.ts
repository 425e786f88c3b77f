import { asUsersSee, DependencyUnavailable, effectiveMood } from '@mood/domain';
import type { Flags, Mood, MoodNews, MoodStore, MoodVersions } from '@mood/domain';
import { createProblemLog } from '@mood/runtime';
import type { Logger } from '@mood/runtime';

/** Somebody who is shown some moods. */
export interface Watcher {
  /** Whether this watcher sees the custom message although users may not. */
  seesAll(modelId: string): boolean;
  /** @param event made once for all who see the same. */
  show(mood: Pick<Mood, 'modelId' | 'version'>, event: string): void;
}

export interface WatchedMoodsOptions {
  moods: Pick<MoodStore, 'findMany'>;
  versions: MoodVersions;
  flags: Flags;
  clock: () => Date;
  logger: Logger;
  /** What is written to watchers about a mood. */
  eventOf: (mood: Mood) => string;
  /** Told of changes that were found by comparing versions, not by news. */
  onLate: (changes: number) => void;
}

/** The moods that somebody watches in this process, each in the newest version that it has heard of. */
export interface WatchedMoods {
  watch(modelIds: readonly string[], watcher: Watcher): void;
  unwatch(modelIds: readonly string[], watcher: Watcher): void;
  /** The given mood, or a newer one that is known. */
  newest(mood: Mood): Mood;
  /** Shows changed moods that are newer than those known. */
  learn(moods: readonly Mood[]): void;
  /** As `learn`, for moods that the only ones to watch them have been shown already. */
  remember(moods: readonly Mood[]): void;
  /** Reads and shows what is newer than what is known. Resolves when that has been tried. */
  hear(news: readonly MoodNews[]): Promise<void>;
  /** Looks for what news has not told: lost messages, and messages that users see no more, or again. One statement for some thousand models. */
  compare(): Promise<void>;
}

interface Watched {
  mood: Mood | undefined;
  /** What users were last shown of it. */
  shown: Mood | undefined;
  readonly watchers: Set<Watcher>;
}

/** Models of one statement. */
const modelsAtATime = 10_000;
/** Models that are read together. */
const readAtATime = 500;

export function createWatchedMoods(options: WatchedMoodsOptions): WatchedMoods {
  const { moods, versions, flags, clock, eventOf } = options;
  const watched = new Map<string, Watched>();
  /** Models whose mood has to be read anew. */
  const outdated = new Set<string>();
  let reading: Promise<void> | undefined;
  const tellProblem = createProblemLog(options.logger, 'changed moods could not be shown to those who watch them; this is tried again');

  /** @returns whether it is newer than what is known. */
  function isNews({ modelId, version }: MoodNews): boolean {
    const entry = watched.get(modelId);
    return entry !== undefined && (entry.mood === undefined || entry.mood.version < version);
  }

  function learn(found: readonly Mood[]): void {
    for (const mood of found) {
      const entry = watched.get(mood.modelId);
      if (entry === undefined || !isNews(mood)) continue;
      entry.mood = mood;
      show(entry, mood).catch((error: unknown) => tellProblem('live moods', error));
    }
  }

  async function remember(entry: Watched, mood: Mood): Promise<void> {
    entry.mood = mood;
    const seen = await asUsersSee(flags, mood);
    if (entry.mood === mood) entry.shown ??= seen;
  }

  /** Whoever asks whether users see the message may have to wait for the answer: by then there may be a newer mood. */
  async function show(entry: Watched, mood: Mood): Promise<void> {
    const seen = await asUsersSee(flags, mood);
    if (entry.mood !== mood) return;
    entry.shown = seen;
    const now = clock();
    const forUsers = eventOf(effectiveMood(seen, now));
    const forAll = seen === mood ? forUsers : eventOf(effectiveMood(mood, now));
    for (const watcher of entry.watchers) watcher.show(mood, watcher.seesAll(mood.modelId) ? forAll : forUsers);
  }

  async function readOutdated(): Promise<void> {
    while (outdated.size > 0) {
      const modelIds = [...outdated].slice(0, readAtATime);
      for (const modelId of modelIds) outdated.delete(modelId);
      try {
        learn(await moods.findMany(modelIds));
      } catch (error) {
        for (const modelId of modelIds) if (watched.has(modelId)) outdated.add(modelId);
        throw error;
      }
    }
  }

  /** One reading at a time; what comes up meanwhile is read by it, too. */
  async function catchUp(): Promise<void> {
    reading ??= readOutdated().finally(() => {
      reading = undefined;
    });
    try {
      await reading;
    } catch (error) {
      // An outage is told by those whose requests it concerns.
      if (!(error instanceof DependencyUnavailable)) tellProblem('live moods', error);
    }
  }

  async function showMessagesAnew(): Promise<void> {
    for (const entry of watched.values()) {
      const { mood, shown } = entry;
      if (mood === undefined || shown === undefined || mood.customMessage === null) continue;
      if ((await asUsersSee(flags, mood)).customMessage !== shown.customMessage) await show(entry, mood);
    }
  }

  return {
    watch(modelIds, watcher) {
      for (const modelId of modelIds) {
        const entry = watched.get(modelId) ?? { mood: undefined, shown: undefined, watchers: new Set() };
        watched.set(modelId, entry);
        entry.watchers.add(watcher);
      }
    },
    unwatch(modelIds, watcher) {
      for (const modelId of modelIds) {
        const entry = watched.get(modelId);
        entry?.watchers.delete(watcher);
        if (entry?.watchers.size === 0) watched.delete(modelId);
      }
    },
    newest(mood) {
      const known = watched.get(mood.modelId)?.mood;
      return known !== undefined && known.version > mood.version ? known : mood;
    },
    learn,
    remember(found) {
      for (const mood of found) {
        const entry = watched.get(mood.modelId);
        if (entry === undefined || entry.mood !== undefined) learn([mood]);
        else remember(entry, mood).catch((error: unknown) => tellProblem('live moods', error));
      }
    },
    async hear(news) {
      for (const change of news) if (isNews(change)) outdated.add(change.modelId);
      if (outdated.size > 0) await catchUp();
    },
    async compare() {
      const modelIds = [...watched.keys()];
      let late = 0;
      try {
        for (let start = 0; start < modelIds.length; start += modelsAtATime) {
          const found = (await versions.findVersions(modelIds.slice(start, start + modelsAtATime))).filter(isNews);
          for (const { modelId } of found) outdated.add(modelId);
          late += found.length;
        }
      } catch (error) {
        if (!(error instanceof DependencyUnavailable)) tellProblem('live moods', error);
      }
      if (late > 0) options.onLate(late);
      if (outdated.size > 0) await catchUp();
      await showMessagesAnew();
    },
  };
}
