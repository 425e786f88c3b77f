/** What every flag has to say of itself. A flag that lacks one of these does not compile. */
interface FlagDeclaration {
  type: 'boolean';
  /** What it switches, for administrators. */
  description: string;
  /** In force until somebody sets the flag, and while no setting is known. */
  default: boolean;
  /** The team that answers for it. */
  owner: string;
  /** The day (UTC) by which it is removed from the code, or its end is put off in the code. Nothing switches by itself on that day. */
  endsOn: `${number}-${number}-${number}`;
}

/** A page of the panel that is there from the beginning. */
const panelPage = (what: string): FlagDeclaration => ({
  type: 'boolean',
  description: `The page of the panel ${what}.`,
  default: true,
  owner: 'panel',
  endsOn: '2027-12-31',
});

/** Every flag there is. */
export const declaredFlags = {
  'moods.updates': {
    type: 'boolean',
    description:
      'Models set their moods. Off: 403 FEATURE_DISABLED. Overrides by administrators and the ends of moods go on. Asked with the ID of the model.',
    default: true,
    owner: 'moods',
    endsOn: '2028-12-31',
  },
  'auto-replies.send': {
    type: 'boolean',
    description:
      'Automatic replies are sent. Off: new messages get none, and those that become due are cancelled for good. Asked with the ID of the model.',
    default: true,
    owner: 'messaging',
    endsOn: '2028-12-31',
  },
  'templates.experiments': {
    type: 'boolean',
    description:
      'Users get their variant of an experiment. Off: templates are chosen as if none were part of an experiment. Asked with the ID of the user.',
    default: true,
    owner: 'messaging',
    endsOn: '2028-12-31',
  },
  'custom-messages.show': {
    type: 'boolean',
    description:
      'Users see the custom messages of models. Off: null in the moods that others read, and missing in templates. Asked with the ID of the model.',
    default: true,
    owner: 'moods',
    endsOn: '2028-12-31',
  },
  'panel.mood': panelPage('where a model sets her mood'),
  'panel.replies': panelPage('with the automatic replies of a model'),
  'panel.history': panelPage('with the history of moods'),
  'panel.overview': panelPage('with the numbers of the system'),
  'panel.models': panelPage('with the moods of all models'),
  'panel.templates': panelPage('where templates are edited'),
  'panel.experiments': panelPage('with the results of experiments'),
  'panel.audit': panelPage('with the audit log'),
  'panel.alerts': panelPage('with alerts on abuse'),
  'panel.flags': panelPage('where flags are set'),
  'panel.queues': panelPage('with the queues'),
} as const satisfies Readonly<Record<string, FlagDeclaration>>;

export type FlagKey = keyof typeof declaredFlags;

const isDeclared = (key: string): key is FlagKey => Object.hasOwn(declaredFlags, key);

export const flagKeys: readonly FlagKey[] = Object.keys(declaredFlags).filter(isDeclared);
