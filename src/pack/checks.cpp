// The checks of a requirement, as clauses/*.yml write them.

#include <algorithm>

#include "pack/pack_files.h"
#include "pack/wording.h"

namespace anxiao::pack {

namespace {

const std::vector<std::string> kPeriods = {"term",      "school_year", "quarter",
                                           "half_year", "year",        "year_before"};
// As bits they are kept in a double without loss.
constexpr std::size_t kTopicsMost = 52;
// The ledger in which somebody says that a requirement is kept, and until when that holds.
constexpr const char* kAttestations = "attestations";
constexpr const char* kAttestedRequirement = "requirement";
constexpr const char* kAttestedUntil = "until";

const Field* field_of(const Ledger& ledger, const std::string& id) {
  const auto found = std::ranges::find(ledger.fields, id, &Field::id);
  return found == ledger.fields.end() ? nullptr : &*found;
}

// The field under `key`, which must be of one of the types; complains where it is not.
std::string field_named(Entry& entry, const std::string& key, const Ledger* ledger,
                        const std::vector<std::string>& types, bool wanted) {
  const std::string id = wanted ? entry.text(key) : entry.text_or(key, "");
  if (id.empty() || !ledger) return id;
  const Field* field = field_of(*ledger, id);
  if (!field) {
    entry.complain(key, "the ledger `" + ledger->id + "` has no field `" + id + "`",
                   "name a field of that ledger");
  } else if (std::ranges::find(types, field->type) == types.end()) {
    entry.complain(key, "the field `" + id + "` is of the type " + field->type,
                   "name one of the types " + listed(types));
  }
  return id;
}

void read_values(Entry& entry, const std::string& compare, const Field* field,
                 RowCondition& condition) {
  const auto node = entry.node(compare);
  if (node.IsSequence()) {
    condition.values = entry.names(compare);
  } else {
    condition.values = {entry.text(compare)};
  }
  if (!field) return;
  for (const std::string& value : condition.values) {
    const bool known = field->type == "flag"
                           ? value == "true" || value == "false"
                           : std::ranges::any_of(field->choices, [&](const auto& choice) {
                               return choice.first == value;
                             });
    if (!known) {
      entry.complain(compare, "`" + value + "` is no choice of the field `" + field->id + "`",
                     "name its choices");
    }
  }
}

double number_of_term(Entry& entry, const std::string& key, const std::string& id, const Pack& pack,
                      double otherwise) {
  const auto term = pack.terms.find(id);
  if (term != pack.terms.end()) return term->second.value;
  entry.complain(key, "there is no term `" + id + "`", "name a term of terms.yml");
  return otherwise;
}

// A number, or the term that gives it.
double number_or_term(Entry& entry, const std::string& key, const Pack& pack, double otherwise) {
  const auto node = entry.node(key);
  if (!node.IsDefined() || !node.IsScalar() || !is_id(node.Scalar().substr(0, 1)))
    return entry.number(key);
  return number_of_term(entry, key, entry.text(key), pack, otherwise);
}

}  // namespace

RowCondition read_row_condition(Entry& entry, const Ledger* ledger, const Pack& pack) {
  RowCondition condition;
  condition.field = entry.text("field");
  const Field* field = ledger ? field_of(*ledger, condition.field) : nullptr;
  if (ledger && !field && !condition.field.empty()) {
    entry.complain("field",
                   "the ledger `" + ledger->id + "` has no field `" + condition.field + "`",
                   "name a field of that ledger");
  }
  int asked = 0;
  for (const char* compare : {"is", "is_not"}) {
    if (!entry.has(compare)) continue;
    condition.compare = compare;
    read_values(entry, compare, field, condition);
    asked += 1;
  }
  for (const char* compare : {"at_least", "below"}) {
    if (!entry.has(compare)) continue;
    condition.compare = compare;
    condition.number = number_or_term(entry, compare, pack, 0);
    asked += 1;
  }
  if (entry.has("filled")) {
    condition.compare = entry.flag_or("filled", true) ? "filled" : "blank";
    asked += 1;
  }
  if (asked != 1) {
    entry.complain("field", "is not held against exactly one thing",
                   "write one of is, is_not, at_least, below, filled");
  }
  return condition;
}

namespace {

void complain_of_number_facet(Entry& entry, const std::string& key, const std::string& id,
                              const Pack& pack) {
  const Facet* facet = pack.facet(id);
  if (facet && facet->type == "number") return;
  entry.complain(key, "`" + id + "` is no facet that is a number", "name one of facets.yml");
}

// `wanted: 2`, `wanted: guards.least` (a term), or after a facet.
void read_wanted(Entry& entry, Check& check, const Pack& pack) {
  const auto node = entry.node("wanted");
  if (!node.IsDefined()) return;
  auto& wanted = check.wanted;
  if (node.IsScalar()) {
    const std::string text = entry.text("wanted");
    if (is_id(text.substr(0, 1))) {
      wanted.term = text;
      wanted.number = number_of_term(entry, "wanted", text, pack, 1);
    } else {
      wanted.number = entry.number("wanted");
    }
    return;
  }
  Entry of(entry.source(), node, entry.at("wanted"));
  wanted.facet = of.text("facet");
  if (!wanted.facet.empty()) complain_of_number_facet(of, "facet", wanted.facet, pack);
  of.each_if("steps", [&](Entry& step) {
    const double below = number_or_term(step, "below", pack, 0);
    wanted.steps.push_back({below, number_or_term(step, "number", pack, 1)});
  });
  wanted.number = number_or_term(of, "number", pack, 1);
  if (of.has("from")) wanted.from = number_or_term(of, "from", pack, 0);
  if (of.has("per")) wanted.per = number_or_term(of, "per", pack, 0);
  wanted.term = of.text_or("term", "");
  if (!wanted.term.empty()) number_of_term(of, "term", wanted.term, pack, 0);
  of.close();
}

void read_lead(Entry& entry, Check& check, const Pack& pack) {
  check.lead_days = entry.number_if("lead_days").value_or(check.lead_days);
  check.lead_term = entry.text_or("lead_term", "");
  if (!check.lead_term.empty())
    check.lead_days = number_of_term(entry, "lead_term", check.lead_term, pack, check.lead_days);
}

void read_period(Entry& entry, Check& check, const Ledger* ledger, bool wanted) {
  if (!wanted && !entry.has("period") && !entry.has("on")) return;
  check.period = entry.one_of("period", kPeriods);
  check.on = field_named(entry, "on", ledger, {"day", "moment"}, true);
}

void read_topics(Entry& entry, Check& check, const Ledger* ledger) {
  check.topics = field_named(entry, "topics", ledger, {"choice", "text"}, true);
  check.all_of = entry.names_if("all_of");
  const Field* field = ledger ? field_of(*ledger, check.topics) : nullptr;
  if (!field) return;
  if (field->choices.empty() || field->choices.size() > kTopicsMost) {
    entry.complain("topics", "the field `" + field->id + "` has no choices to cover, or too many",
                   "name a field with up to 52 choices");
  }
  for (const std::string& topic : check.all_of) {
    if (std::ranges::any_of(field->choices, [&](const auto& one) { return one.first == topic; }))
      continue;
    entry.complain("all_of", "`" + topic + "` is no choice of the field `" + field->id + "`",
                   "name its choices");
  }
}

void read_ratio(Entry& entry, Check& check, const Ledger* ledger, const Pack& pack) {
  const std::vector<std::string> numbers = {"number", "integer", "money"};
  check.field = field_named(entry, "field", ledger, numbers, false);
  check.of_facet = entry.text_or("of_facet", "");
  check.of_field = field_named(entry, "of_field", ledger, numbers, false);
  if (check.of_facet.empty() == check.of_field.empty()) {
    entry.complain("of_facet", "the whole is not named exactly once", "write of_facet or of_field");
  } else if (!check.of_facet.empty()) {
    complain_of_number_facet(entry, "of_facet", check.of_facet, pack);
  }
}

const Ledger* read_ledger_of(Entry& entry, Check& check, const Pack& pack) {
  check.ledger = entry.text("ledger");
  const Ledger* ledger = pack.ledger(check.ledger);
  if (!ledger && !check.ledger.empty()) {
    entry.complain("ledger", "there is no ledger `" + check.ledger + "`",
                   "name a ledger of this pack");
  }
  entry.each_if("where", [&](Entry& where) {
    check.where.push_back(read_row_condition(where, pack.ledger(check.ledger), pack));
  });
  return ledger;
}

// The statement is a row of a ledger whose rows name the requirement and the day they end.
void attest(Check& check, const std::string& requirement) {
  check.ledger = kAttestations;
  check.field = kAttestedUntil;
  check.where.push_back(
      {.field = kAttestedRequirement, .compare = "is", .values = {requirement}, .number = 0});
}

}  // namespace

Check read_check(Entry& entry, const std::string& requirement, const Pack& pack) {
  Check check;
  const std::string kind = entry.one_of("kind", check_kinds());
  const auto place = std::ranges::find(check_kinds(), kind);
  if (place != check_kinds().end())
    check.kind = static_cast<CheckKind>(place - check_kinds().begin());
  const Ledger* ledger = nullptr;
  switch (check.kind) {
    case CheckKind::at_least:
      if (entry.has("post")) {
        check.post = entry.text("post");
        if (!pack.post(check.post))
          entry.complain("post", "there is no post `" + check.post + "`", "name one of posts.yml");
      } else {
        ledger = read_ledger_of(entry, check, pack);
      }
      break;
    case CheckKind::at_most:
      check.wanted.number = 0;
      ledger = read_ledger_of(entry, check, pack);
      break;
    case CheckKind::valid_until:
      ledger = read_ledger_of(entry, check, pack);
      check.field = field_named(entry, "field", ledger, {"day"}, true);
      check.every = entry.flag_or("every", false);
      break;
    case CheckKind::within_period:
      ledger = read_ledger_of(entry, check, pack);
      read_period(entry, check, ledger, true);
      break;
    case CheckKind::coverage:
      ledger = read_ledger_of(entry, check, pack);
      read_period(entry, check, ledger, false);
      read_topics(entry, check, ledger);
      break;
    case CheckKind::ratio:
      check.wanted.number = 100;
      ledger = read_ledger_of(entry, check, pack);
      read_period(entry, check, ledger, false);
      read_ratio(entry, check, ledger, pack);
      break;
    case CheckKind::duty:
      check.duty = entry.text("duty");
      if (!pack.duty(check.duty) && !check.duty.empty())
        entry.complain("duty", "there is no duty `" + check.duty + "`", "name one of duties/");
      break;
    case CheckKind::deadline:
      check.loop = entry.text("loop");
      check.lead_days = 0;
      if (!pack.chart(check.loop) && !check.loop.empty())
        entry.complain("loop", "there is no loop `" + check.loop + "`", "name one of loops/");
      break;
    case CheckKind::attested:
      attest(check, requirement);
      break;
  }
  read_wanted(entry, check, pack);
  read_lead(entry, check, pack);
  entry.each_if("only_for",
                [&](Entry& each) { check.only_for.push_back(read_facet_condition(each, pack)); });
  return check;
}

}  // namespace anxiao::pack
