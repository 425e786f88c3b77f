import { moodStates } from '../moods/mood.ts';
import type { MoodState } from '../moods/mood.ts';
import { templateTypes } from './template.ts';
import type { Template, TemplateType, UserTier } from './template.ts';

export type DefaultTemplate = Omit<Template, 'id' | 'version' | 'createdBy' | 'createdAt' | 'updatedAt'>;

/** Tones (contract: "Mood State Definitions"): balanced, upbeat, and brief and direct. */
const contents: Record<MoodState, Record<TemplateType, string>> = {
  neutral: {
    greeting: 'Hello {{userName|there}}, good to see you. What would you like to talk about?',
    farewell: 'It was nice talking with you, {{userName|and thank you}}. See you next time.',
    auto_response:
      'Thank you for writing, {{userName|and for your patience}}. I am away from the chat right now and will get back to you soon.',
    tip_thank_you: 'Thank you, {{userName|that is kind}}, for the {{currency}}{{amount}} tip. I really appreciate it.',
  },
  positive: {
    greeting: 'Hi {{userName|there}}! 😊 You just made my day a little brighter. How are you?',
    farewell: 'That was so much fun, {{userName|thank you}}! 💕 Come back soon, I will be looking forward to it!',
    auto_response:
      "Hey {{userName|there}}, it's {{modelName|me}}! 🌞 I'm having a wonderful day and can't wait to answer you properly. Talk very soon! 💕",
    tip_thank_you: "Yay, thank you so much for the {{currency}}{{amount}} tip, {{userName|you're the best}}! 🎉 You made me smile!",
  },
  negative: {
    greeting: 'Hello {{userName|there}}. I am a bit quiet today, thank you for understanding.',
    farewell: 'Thank you for coming by, {{userName|and be well}}. Until another day.',
    auto_response: 'I have seen your message, {{userName|thank you}}. I need a little time and will answer later.',
    tip_thank_you: 'Thank you for the {{currency}}{{amount}} tip, {{userName|it means a lot}}.',
  },
};

const tierContents: [MoodState, TemplateType, UserTier, string][] = [
  ['neutral', 'greeting', 'gold', 'Welcome back, {{userName|dear guest}}. It is always a pleasure to talk with you.'],
  ['neutral', 'greeting', 'platinum', 'Welcome back, {{userName|dear guest}}. I have kept a moment just for you.'],
  [
    'neutral',
    'tip_thank_you',
    'gold',
    'Thank you for the {{currency}}{{amount}} tip, {{userName|dear guest}}. Your steady support matters to me. 💛',
  ],
  [
    'neutral',
    'tip_thank_you',
    'platinum',
    'Thank you for the {{currency}}{{amount}} tip, {{userName|dear guest}}. Few people are as generous as you. 💎',
  ],
  [
    'positive',
    'greeting',
    'gold',
    "{{userName|Sunshine}}, you're here! 💛 I was hoping to see you. {{customMessage|Let's have some fun!}}",
  ],
  [
    'positive',
    'greeting',
    'platinum',
    '{{userName|Superstar}}! 💎 My favorite moment of the day just started. {{customMessage|I saved my best story for you!}}',
  ],
  [
    'positive',
    'tip_thank_you',
    'gold',
    'Oh {{userName|sunshine}}, {{currency}}{{amount}}! 💛 Thank you, thank you! You always know how to make me happy!',
  ],
  [
    'positive',
    'tip_thank_you',
    'platinum',
    'I am speechless, {{userName|superstar}}! 💎✨ {{currency}}{{amount}}, what a gift! You are one of a kind, thank you! 💖',
  ],
];

/** The templates that an empty database begins with: one for every mood and type, and some for gold and platinum users. */
export const defaultTemplates: readonly DefaultTemplate[] = [
  ...moodStates.flatMap((moodState) =>
    templateTypes.map((templateType) => defaultTemplate(moodState, templateType, null, contents[moodState][templateType])),
  ),
  ...tierContents.map((row) => defaultTemplate(...row)),
];

function defaultTemplate(moodState: MoodState, templateType: TemplateType, tierLevel: UserTier | null, content: string): DefaultTemplate {
  return { moodState, templateType, tierLevel, content, priority: 100, active: true };
}
