/** How CSV is written here: by RFC 4180, with a header line. A cell that a spreadsheet would run as a formula is prefixed, so that it stays text. */
export const csvForm = {
  header: true,
  escape_formulas: true,
  record_delimiter: 'windows',
  cast: { boolean: String },
} as const;
