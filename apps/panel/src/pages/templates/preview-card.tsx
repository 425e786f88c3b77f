import { Card } from '../../ui/card.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import styles from './preview-card.module.css';
import type { TemplatePreview } from './template.ts';
import type { Preview } from './use-preview.ts';

/** The text as users would read it, by tier and by what is known of their name. */
export function PreviewCard({ preview, isForAllTiers }: { preview: Preview; isForAllTiers: boolean }) {
  const { rows, names, textOf, isEmpty, warnings } = preview;
  const isRefused = warnings?.some(({ severity }) => severity === 'error') === true;
  const rowName = (tier: (typeof rows)[number]) =>
    tier !== 'none' ? words.common.tiers[tier] : rows.length === 1 && isForAllTiers ? said.allTiers : said.noTier;
  return (
    <Card title={said.preview}>
      <div className={styles['part']}>
        <p className={styles['soft']}>{said.previewLead}</p>
        {isEmpty || isRefused ? (
          <p className={styles['soft']}>{said.refused}</p>
        ) : (
          <table className={styles['table']}>
            <caption className="hidden">{said.previewCaption}</caption>
            <thead>
              <tr>
                <th scope="col">{said.tier}</th>
                {names.map((name) => (
                  <th key={name} scope="col">
                    {names.length === 1 ? said.everyUser : said.names[name]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((tier) => (
                <tr key={tier}>
                  <th scope="row">{rowName(tier)}</th>
                  {names.map((name) => (
                    <td key={name} data-title={names.length === 1 ? said.everyUser : said.names[name]}>
                      <Text preview={textOf(tier, name)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {names.includes('hostile') && <p className={styles['soft']}>{said.hostileNote(said.hostileName)}</p>}
      </div>
    </Card>
  );
}

function Text({ preview }: { preview: TemplatePreview | undefined }) {
  if (preview === undefined) return <span className={styles['soft']}>{words.common.loading}</span>;
  if (preview.text === '') return <span className={styles['passed']}>{said.passedOver}</span>;
  return <span className={styles['bubble']}>{preview.text}</span>;
}
