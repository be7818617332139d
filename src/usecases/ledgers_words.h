// Rows as people read them in a table: words for choices and flags, names for ids. The words
// besides those of the fields are in the pack (kinds.yml, `columns`).

#pragma once

#include <string>
#include <string_view>

#include "pack/pack.h"
#include "usecases/ledgers.h"

namespace anxiao::usecases {

// `language`: en, else Chinese.
const std::string& words_in(const pack::Words& words, std::string_view language);

// The first word of that list of the language; what it is called here where the pack has none.
std::string table_word(const pack::Pack& pack, const std::string& list, std::string_view language);
// Whether the text is one of that list, whatever its case.
bool is_table_word(const pack::Pack& pack, const std::string& list, std::string_view text);

// Names for ids, words for choices, how many photographs there are, `*` and four characters of
// papers; nothing where it is blank.
std::string cell_of(const pack::Pack& pack, const pack::Field& field, const LedgerRow& row,
                    std::string_view language);

}  // namespace anxiao::usecases
