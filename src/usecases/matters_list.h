// Lists of matters: newest first, in pages, each filtered by what the reader may see. A scope is
// cut into slices of which each is read along an index from the newest on, and the slices are
// merged; so a page costs what it shows, not what is stored.

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/matter_view.h"
#include "usecases/office.h"
#include "usecases/page.h"

namespace anxiao::usecases {

struct MatterFilter {
  std::string organisation;  // at or under this one
  std::string stage;
  std::string level;
  std::string state = "open";  // open, closed, all
  bool late = false;
  bool waiting = false;          // on the actor
  bool told = false;             // of a level that one of the actor's posts must know
  std::string text;              // in the title
  std::optional<Instant> since;  // opened then or later
  Paging paging;                 // cursor `is`
};

// Reads what stands in a query; refuses `list.filter_malformed` with the field, and what
// `paging_of` refuses.
struct FilterText {
  std::string_view organisation = {}, stage = {}, level = {}, state = {}, late = {};
  std::string_view waiting = {}, text = {}, limit = {}, cursor = {};
};
Result<MatterFilter> filter_of(const Office& office, const FilterText& text);

// Refuses `not_found`, and `forbidden` where `organisation` is out of reach.
Result<Page<MatterLine>> list_matters(Reader& reader, const Office& office, std::string_view loop,
                                      const MatterFilter& filter);
// How many there are.
Result<std::int64_t> count_matters(Reader& reader, const Office& office, std::string_view loop,
                                   const MatterFilter& filter);

// The list as CSV for spreadsheets, in UTF-8 with its mark, levels and stages in the words of
// `language` (zh, en); at most so many rows.
inline constexpr std::size_t kExportRowsMost = 20000;
struct ExportedMatters {
  std::string text;
  std::vector<std::string> organisations;  // of the matters in it
};
Result<ExportedMatters> export_matters(Reader& reader, const Office& office, std::string_view loop,
                                       MatterFilter filter, std::string_view language);

// Of whom these matters are, one for each line.
std::vector<std::string> organisations_of(const std::vector<MatterLine>& lines);

boost::json::object page_json(const Page<MatterLine>& page, const Office& office);
// The same as text, without a value in between.
std::string page_text(const Page<MatterLine>& page, const Office& office);

}  // namespace anxiao::usecases
