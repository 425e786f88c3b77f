/** A bearer token, or what makes one. */
export type TokenSource = string | (() => string | Promise<string>);

export type MoodState = 'neutral' | 'positive' | 'negative';
export type TemplateType = 'greeting' | 'farewell' | 'auto_response' | 'tip_thank_you';
export type UserTier = 'free' | 'bronze' | 'silver' | 'gold' | 'platinum';

/** What is null counts as not given. */
export interface TemplateRequest {
  /** UUID. */
  modelId: string;
  templateType: TemplateType;
  userTier?: UserTier | null | undefined;
  /** The user always gets the same variant of an experiment. */
  userId?: string | null | undefined;
  /** BCP 47 tag. */
  locale?: string | null | undefined;
}

export interface RenderRequest extends TemplateRequest {
  /** By variable; what is not given, the mood system fills in where it can. */
  variables?: Readonly<Record<string, string | number | null | undefined>> | null | undefined;
  /** IANA name; UTC when not given. */
  timeZone?: string | null | undefined;
}

/** How much an answer can be relied upon. */
export interface Answered {
  /**
   * The mood system could not be asked, or could not find out: the answer is the neutral one, or an older one that it remembers.
   */
  degraded: boolean;
}

export interface FoundTemplate extends Answered {
  /** Text with `{{variable}}` or `{{variable|fallback}}`. */
  template: string;
  moodState: MoodState;
  /** Each variable that the template uses, once. */
  variables: string[];
}

export interface RenderedMessage extends Answered {
  /** Plain text, not HTML. */
  renderedMessage: string;
  moodState: MoodState;
}

export interface Mood extends Answered {
  modelId: string;
  moodState: MoodState;
  customMessage: string | null;
  autoRespond: boolean;
  /** Seconds. */
  responseDelay: number;
  /** ISO 8601. */
  expiresAt: string | null;
  /** ISO 8601. */
  lastUpdated: string;
  updatedBy: 'model' | 'admin';
}

export interface MoodPage extends Answered {
  /** In the order asked for, each model once. */
  moods: Mood[];
  /** The ids that no performer has. */
  notFound: string[];
}
