/** The mood messaging terms (contract: "Terms of Service"). A new text needs a new version, and models accept anew. */
export interface Terms {
  version: string;
  text: string;
}

export const currentTerms: Terms = {
  version: '2026-01',
  text: [
    'Your mood, its message and when it was set are public to everyone who is signed in.',
    'The mood decides which prepared texts are sent in your name: greetings, farewells, thanks for tips and automatic replies.',
    'Do not put contact data, links or personal data into your mood message.',
    'Administrators may change a mood that breaks the platform’s content policies. You are told when they do.',
    'Every change is kept in a log that cannot be edited, with encrypted details of the request.',
  ].join('\n'),
};

export interface TermsStore {
  /** @returns when the model accepted this version, or null. */
  acceptedAt(modelId: string, version: string): Promise<Date | null>;
  /** Idempotent: the first acceptance counts. @returns when it was accepted. */
  accept(modelId: string, version: string): Promise<Date>;
}
