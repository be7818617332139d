// What is odd about a sound pack and does no harm: burdens over their limit, a thing that two
// ledgers ask for, a check that nothing can break. They are warned of with file and line.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "pack/asking.h"
#include "pack/burden.h"
#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

constexpr std::size_t kLargestNamed = 3;

// A name that so many ledgers have is a word of lists, as a telephone is, and not a thing asked for
// again.
constexpr std::ptrdiff_t kLedgersOfAWord = 3;

bool is_school(const Pack& pack, const std::string& id) {
  const auto* kind = pack.kind(id);
  return kind && kind->is_school;
}

// Whether one school keeps both.
bool meet(const Pack& pack, const Ledger& one, const Ledger& other) {
  return std::ranges::any_of(one.kinds, [&](const std::string& kind) {
    return is_school(pack, kind) && std::ranges::find(other.kinds, kind) != other.kinds.end();
  });
}

// Days, photographs, notes and who answers belong to their row; so does what names it.
bool may_repeat(const Ledger& ledger, const Field& field) {
  const std::vector<std::string> own = {"day", "moment", "photos", "long_text", "person"};
  return field.id != ledger.title && std::ranges::find(own, field.type) == own.end();
}

bool same_choices(const Field& one, const Field& other) {
  return std::ranges::equal(
      one.choices, other.choices, {}, [](const auto& choice) { return choice.first; },
      [](const auto& choice) { return choice.first; });
}

const Field* same_field(const Ledger& ledger, const Field& field) {
  for (const auto& each : ledger.fields)
    if (may_repeat(ledger, each) && each.name.zh == field.name.zh && each.type == field.type &&
        same_choices(each, field))
      return &each;
  return nullptr;
}

// Whether no row, holder, answer or matter can make it late or missing.
bool cannot_fail(const Pack& pack, const Requirement& requirement, const Check& check) {
  const bool asked = std::ranges::any_of(requirement.binds, [&](const Selector& selector) {
    return std::ranges::any_of(
        selector.kinds, [&](const std::string& kind) { return can_be_asked(pack, check, kind); });
  });
  if (!asked) return true;
  const bool none_wanted = check.wanted.facet.empty() && check.wanted.number <= 0;
  switch (check.kind) {
    case CheckKind::at_least:
    case CheckKind::within_period:
    case CheckKind::ratio:
    case CheckKind::attested:
      return none_wanted;
    case CheckKind::valid_until:
      return none_wanted && !check.every;
    default:
      return false;
  }
}

}  // namespace

void look_at_burdens(Entry& file, Pack& pack) {
  std::set<std::string> set;
  const YAML::Node terms = file.node("terms");
  for (std::size_t place = 0; place < terms.size(); ++place) {
    const std::string id = terms[place]["id"].Scalar();
    file.source().remember(id, terms[place]["id"]);
    set.insert(id);
  }
  for (const auto& burden : burdens_of(pack)) {
    if (burden.limit <= 0 || burden.weekly() <= burden.limit) continue;
    std::vector<std::string> largest;
    for (const auto& part : burden.parts)
      if (largest.size() < kLargestNamed)
        largest.push_back(fmt::format("{} {:.0f}", part.what, part.weekly()));
    const auto own = "burden.limit." + burden.kind;
    file.source().complain(
        set.contains(own) ? own : "burden.limit",
        fmt::format("a {} is asked {:.0f} minutes a week, over the limit of {:.0f}", burden.kind,
                    burden.weekly(), burden.limit),
        fmt::format("ask less, or less often; the largest are {}", fmt::join(largest, ", ")));
  }
}

void look_at_repeated_fields(Entry& file, Pack& pack) {
  const auto* ledger = pack.ledger(file.text("id"));
  if (!ledger) return;
  const YAML::Node fields = file.node("fields");
  for (std::size_t place = 0; place < ledger->fields.size() && place < fields.size(); ++place) {
    const auto& field = ledger->fields[place];
    if (!may_repeat(*ledger, field)) continue;
    const auto has = [&](const Ledger& other) {
      return same_field(other, field) != nullptr && meet(pack, *ledger, other);
    };
    if (std::ranges::count_if(pack.ledgers, has) >= kLedgersOfAWord) continue;
    // Each pair once, at the later one.
    for (const auto& other : pack.ledgers) {
      if (other.id == ledger->id) break;
      if (!has(other)) continue;
      const std::string key = "fields." + field.id;
      file.source().remember(key, fields[place]["id"]);
      file.source().complain(key,
                             fmt::format("the ledger `{}` asks schools for the same, `{}`",
                                         other.id, same_field(other, field)->id),
                             "let one of them have it, or give it the name of what differs");
    }
  }
}

void look_at_checks(Entry& file, Pack& pack) {
  const auto number = static_cast<int>(file.number("number"));
  const auto clause = std::ranges::find(pack.clauses, number, &Clause::number);
  if (clause == pack.clauses.end()) return;
  const YAML::Node requirements = file.node("requirements");
  for (std::size_t at = 0; at < requirements.size(); ++at) {
    const std::string id = requirements[at]["id"].Scalar();
    const auto requirement = std::ranges::find(clause->requirements, id, &Requirement::id);
    if (requirement == clause->requirements.end()) continue;
    for (std::size_t place = 0; place < requirement->checks.size(); ++place) {
      if (!cannot_fail(pack, *requirement, requirement->checks[place])) continue;
      const std::string key = fmt::format("requirements.{}.checks[{}]", id, place);
      file.source().remember(key, requirements[at]["checks"][place]["kind"]);
      file.source().complain(key, "nothing on record can break it",
                             "ask it of those who keep what it reads, or leave it out");
    }
  }
}

}  // namespace anxiao::pack
