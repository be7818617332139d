// What the code on a point's sheet says: an address that opens its checklist and proves by its code
// that somebody stood before the sheet.

export function sheetText(origin: string, point: string, code: string): string {
  return `${origin}/i/${encodeURIComponent(point)}?k=${encodeURIComponent(code)}`
}

// Sheets of paper, each with so many.
export function pagesOf<T>(all: T[], perPage: number): T[][] {
  const pages: T[][] = []
  for (let i = 0; i < all.length; i += perPage) pages.push(all.slice(i, i + perPage))
  return pages
}
