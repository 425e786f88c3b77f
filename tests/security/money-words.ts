/** Words that have no business in this system: it never touches money (contract: "Financial System Separation"). */
const moneyWords = new Set(
  (
    'payment payments pay pays payer payee paid paying payable payroll paypal wallet wallets payout payouts price prices priced pricing ' +
    'redroom rewards reward loyalty cashback subscription subscriptions subscriber subscribers refund refunds refunded invoice invoices invoicing ' +
    'billing balance balances chargeback chargebacks checkout purchase purchases deposit deposits withdrawal withdrawals ' +
    'earnings revenue commission commissions donation donations stripe adyen braintree coinbase bitcoin ethereum iban'
  ).split(' '),
);

/** Words that are about money together, not alone. */
const moneyPairs = [
  /\b(token|credit|reward|loyalty|bonus) (points?|balances?|amounts?|costs?|packages?|bundles?|purchases?)\b/,
  /\bred ?room/,
  /\b(gift|credit|debit) (cards?)\b/,
  /\b(bank) (accounts?|transfers?)\b/,
  /\b(promo|discount|coupon) (codes?)\b/,
];

/** Words of a message that thanks for a tip. They may appear where such messages are made, and nowhere else. */
const tipWords = new Set(['tip', 'tips', 'tipped', 'amount', 'amounts', 'currency', 'currencies']);

/** The contract's name of a kind of template. It may be written wherever templates are. */
const templateType = /tip_thank_you|tipThankYou/g;

/** Splits a name as people read it: `tokenBalance`, `TOKEN_BALANCE` and `token-balance` are all two words. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(templateType, ' ')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

/** @returns what a name says about money. @param mayTip whether it may speak of a tip, its amount and its currency. */
export function moneyIn(name: string, mayTip = false): string[] {
  const words = wordsOf(name);
  const text = words.join(' ');
  return [
    ...words.filter((word) => moneyWords.has(word) || (!mayTip && tipWords.has(word))),
    ...moneyPairs.flatMap((pair) => pair.exec(text)?.[0] ?? []),
  ];
}

const token =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|`(?<template>(?:\\.|[^`\\])*)`|(?<name>[A-Za-z_$][\w$]*)/g;

/** Statements have no prose: every word of them names something, but for their comments. */
const statement = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|GRANT)\b/;
const withoutSqlComments = (sql: string) => sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');

/**
 * The names in TypeScript code: identifiers, and of its texts those that name something too — keys, imports, routes, URLs and SQL.
 * Comments and prose may say what the system keeps away from.
 */
export function namesInCode(code: string): string[] {
  return Array.from(code.matchAll(token)).flatMap(({ groups = {} }) => {
    const { text, template, name } = groups;
    if (name !== undefined) return [name];
    if (text !== undefined) return namesInText(text.slice(1, -1));
    if (template === undefined) return [];
    const filled = Array.from(template.matchAll(/\$\{([^{}]*)\}/g), ([, inside = '']) => namesInCode(inside)).flat();
    return [...filled, ...namesInText(template.replaceAll(/\$\{[^{}]*\}/g, '0').replaceAll('\\n', '\n'))];
  });
}

function namesInText(text: string): string[] {
  if (statement.test(text)) return withoutSqlComments(text).match(/\w+/g) ?? [];
  return /\s/.test(text) ? [] : [text];
}
