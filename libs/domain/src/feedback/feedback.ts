/** What a score is about: the mood of a model, an automatic reply, or the whole feature. */
export const feedbackTopics = ['mood', 'reply', 'feature'] as const;
export type FeedbackTopic = (typeof feedbackTopics)[number];

/** From 1 (bad) to 5 (good). */
export const maxFeedbackScore = 5;

export interface Feedback {
  role: 'user' | 'model';
  personId: string;
  about: FeedbackTopic;
  score: number;
}

/** Scores of a part of time: the mean is `total / n`, the share of 4 and 5 is `good / n`. */
export interface FeedbackSum {
  about: FeedbackTopic;
  n: number;
  total: number;
  good: number;
}

export interface FeedbackStore {
  /**
   * Stores a person's score of today (UTC); a later one of the day about the same replaces it.
   * @returns the day, when it was given, and whether it replaced one.
   */
  give(feedback: Feedback): Promise<{ day: string; givenAt: Date; replaced: boolean }>;
  /** The scores that were given from `start` to before `end`. What got none is left out. */
  sums(start: Date, end: Date): Promise<FeedbackSum[]>;
}
