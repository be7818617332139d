// facets.yml: facts of an organisation by which duties are chosen, and what counts where an
// organisation says nothing of one.

#include <algorithm>

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

bool has_choice(const Facet& facet, const std::string& value) {
  return std::any_of(facet.choices.begin(), facet.choices.end(),
                     [&](const auto& choice) { return choice.first == value; });
}

void read_choices(Entry& entry, Facet& facet) {
  const bool chosen = facet.type == "choice" || facet.type == "choices";
  std::set<std::string> seen;
  entry.each_if("choices", [&](Entry& choice) {
    const std::string id = choice.unique_id(seen);
    facet.choices.emplace_back(id, choice.words("name"));
  });
  if (chosen && facet.choices.empty()) {
    entry.complain("choices", "is missing for a facet that is chosen", "list what may be chosen");
  } else if (!chosen && !facet.choices.empty()) {
    entry.complain("choices", "means nothing for this type", "make the type choice or choices");
  }
}

void check_assumed(Entry& assumed, const std::string& kind, const Facet& facet, const Pack& pack) {
  if (kind != "any" && !pack.kinds.empty() && !pack.kind(kind)) {
    assumed.complain(kind, "there is no kind `" + kind + "`", "name a kind of kinds.yml, or any");
  }
  const std::string& value = facet.assumed.at(kind);
  if (value.empty()) return;
  if (const std::string wrong = complaint_of_value(facet, value); !wrong.empty()) {
    assumed.complain(kind, wrong, "write what an organisation itself could say");
  }
}

}  // namespace

std::string complaint_of_value(const Facet& facet, const std::string& value) {
  if (facet.type == "flag" && value != "true" && value != "false") {
    return "`" + value + "` is neither true nor false";
  }
  if (facet.type == "number" && value.find_first_not_of("0123456789") != std::string::npos) {
    return "`" + value + "` is no number";
  }
  if (facet.type == "choice" || facet.type == "choices") {
    std::size_t begin = 0;
    while (begin <= value.size()) {
      const auto comma = std::min(value.find(',', begin), value.size());
      const std::string one = value.substr(begin, comma - begin);
      if (!has_choice(facet, one)) return "`" + one + "` is not among the choices";
      if (facet.type == "choice" && comma < value.size()) return "only one may be chosen";
      begin = comma + 1;
    }
  }
  return {};
}

void read_facets(Entry& file, Pack& pack) {
  std::set<std::string> seen;
  file.each("facets", [&](Entry& entry) {
    Facet facet;
    facet.id = entry.unique_id(seen);
    facet.name = entry.words("name");
    facet.type = entry.one_of("type", {"flag", "number", "choice", "choices"});
    read_choices(entry, facet);
    entry.each_key_if("assumed", [&](const std::string& kind, Entry& assumed) {
      facet.assumed[kind] = assumed.text(kind);
      check_assumed(assumed, kind, facet, pack);
    });
    pack.facets.push_back(std::move(facet));
  });
}

}  // namespace anxiao::pack
