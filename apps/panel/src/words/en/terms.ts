/** Of the terms, which a model accepts before her first mood. */
export const terms = {
  title: 'Terms of moods',
  firstHeading: 'Before your first mood',
  firstText: 'Please read these few lines. With your yes you can set your mood.',
  newHeading: 'There are new terms',
  newText: 'They have changed since you said yes. Please read them once more; your mood stays as it is until then.',
  accept: 'I accept',
  accepting: 'Accepting …',
  accepted: 'Thank you. You can set your mood now.',
  acceptedAt: 'You accepted them on',
  notAccepted: 'You have not accepted them yet.',
  version: (version: string) => `Version ${version}`,
  changed: 'The terms have just changed. Read them again, please.',
  failed: 'That could not be saved. Try again in a few seconds.',
  toMood: 'To your mood',
};
