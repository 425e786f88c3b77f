import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { Decoration, EditorView, keymap, MatchDecorator, ViewPlugin } from '@codemirror/view';
import type { DecorationSet, ViewUpdate } from '@codemirror/view';
import { endOf, indexOf } from './cures.ts';
import type { Cure } from './cures.ts';
import type { Warning } from './template.ts';

export interface EditorOptions {
  parent: HTMLElement;
  content: string;
  label: string;
  /** IDs of what describes it. */
  describedBy: string;
  isReadOnly: boolean;
  /** What can be filled in, with what it is. */
  variables: Readonly<Record<string, string>>;
  onChange: (content: string) => void;
  /** The first cure for the place of the cursor, or any; null: there is none. */
  cureAt: (content: string, index: number) => Cure | null;
}

const showProblems = StateEffect.define<readonly Warning[]>();

/** Underlines where the API found something. Typing moves them along until the next answer comes. */
const problemMarks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { effects, changes, newDoc }) {
    for (const effect of effects) if (effect.is(showProblems)) return marksOf(newDoc.toString(), effect.value);
    return marks.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marksOf(text: string, warnings: readonly Warning[]): DecorationSet {
  const ranges = warnings.flatMap(({ severity, line, column }) => {
    const from = indexOf(text, { line, column });
    const to = endOf(text, from);
    return to > from ? [Decoration.mark({ class: `problem ${severity}` }).range(from, to)] : [];
  });
  return Decoration.set(ranges, true);
}

const pillMatcher = new MatchDecorator({
  regexp: /\{\{[^{}\n]*\}\}/g,
  decoration: Decoration.mark({ class: 'pill' }),
});

const pills = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = pillMatcher.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.decorations = pillMatcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

/** Offers variables after `{{`, and closes the braces. */
export function completeVariable(variables: EditorOptions['variables']) {
  const options = Object.entries(variables).map(([name, detail]): Completion => ({
    label: name,
    detail,
    apply(view, _completion, from, to) {
      const isClosed = view.state.sliceDoc(to, to + 2) === '}}';
      const insert = isClosed ? name : `${name}}}`;
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + name.length + 2 },
        userEvent: 'input.complete',
      });
    },
  }));
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.matchBefore(/\{\{\s*\w*/);
    if (before === null) return null;
    const typed = /\w*$/.exec(before.text)?.[0] ?? '';
    return { from: before.to - typed.length, options, validFor: /^\w*$/ };
  };
}

/** Puts a cure into the text, as one step that undo takes back, and selects what can be typed over. */
export function applyCure(view: EditorView, { from, to, insert, select }: Cure): void {
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: select.from, head: select.to },
    scrollIntoView: true,
  });
  view.focus();
}

/** A text field with pills, completion and problems. Tab is the browser's own: it leaves the field. */
export function createEditor({ parent, content, label, describedBy, isReadOnly, variables, onChange, cureAt }: EditorOptions): EditorView {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const extensions: Extension[] = [
    EditorView.cspNonce.of(nonce),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-describedby': describedBy,
      spellcheck: 'true',
    }),
    history(),
    pills,
    problemMarks,
    autocompletion({ override: [completeVariable(variables)], icons: false, interactionDelay: 0 }),
    keymap.of([
      {
        key: 'Mod-.',
        run(view) {
          const cure = cureAt(view.state.doc.toString(), view.state.selection.main.head);
          if (cure !== null) applyCure(view, cure);
          return true;
        },
      },
      ...completionKeymap,
      ...defaultKeymap,
      ...historyKeymap,
    ]),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) onChange(state.doc.toString());
    }),
    EditorState.readOnly.of(isReadOnly),
    EditorView.editable.of(!isReadOnly),
  ];
  return new EditorView({
    parent,
    state: EditorState.create({ doc: content, extensions }),
  });
}

/** Underlines what an answer found in the text that stands there. */
export const markProblems = (view: EditorView, warnings: readonly Warning[]): void => view.dispatch({ effects: showProblems.of(warnings) });

/** Puts the cursor where a problem is. */
export function goTo(view: EditorView, problem: Warning): void {
  const anchor = indexOf(view.state.doc.toString(), problem);
  view.dispatch({ selection: { anchor }, scrollIntoView: true });
  view.focus();
}
