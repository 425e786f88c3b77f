/** The mood of a model, as the API's stream tells it. */
export interface BadgeMood {
  modelId: string;
  moodState: 'neutral' | 'positive' | 'negative';
  customMessage: string | null;
  /** ISO 8601; null: it does not end. */
  expiresAt: string | null;
  version: number;
}
