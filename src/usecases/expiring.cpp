#include "usecases/expiring.h"

#include <algorithm>
#include <map>
#include <set>

#include "domain/facts/row_guards.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

// Whether the post keeps the rows of that noun at the organisation where it is held.
bool keeps(const pack::Post& post, const std::string& noun) {
  const auto grants = [&](const char* action) {
    return std::ranges::any_of(post.grants, [&](const pack::Grant& grant) {
      return grant.noun == noun && (grant.reach == "own" || grant.reach == "subtree") &&
             std::ranges::find(grant.actions, action) != grant.actions.end();
    });
  };
  return grants("read") && grants("change");
}

bool is_kept_by(const pack::Ledger& ledger, const std::string& kind) {
  return ledger.kinds.empty() || std::ranges::find(ledger.kinds, kind) != ledger.kinds.end();
}

struct Found {
  Day day;
  ExpiringRow row;
};

class Looking {
 public:
  Looking(Reader& reader, const Office& office)
      : reader_(reader),
        office_(office),
        today_(office.zone.day_of(office.now)),
        expiries_(expiries_of(office.pack)) {}

  std::vector<Found> found() {
    for (const auto& posting : office_.actor.postings) {
      const auto* post = office_.pack.post(posting.post);
      if (!post) continue;
      for (const auto& ledger : office_.pack.ledgers)
        if (is_kept_by(ledger, posting.kind) && keeps(*post, ledger.noun) &&
            looked_.emplace(posting.organisation, ledger.id).second)
          look(posting, ledger);
    }
    std::ranges::sort(found_, {}, [](const Found& each) {
      return std::tie(each.day, each.row.organisation.id, each.row.ledger, each.row.title,
                      each.row.id);
    });
    return std::move(found_);
  }

 private:
  void look(const organisations::Posting& posting, const pack::Ledger& ledger) {
    std::vector<Expiry> of_ledger;
    std::map<std::string, int> leads;  // by field, the longest
    for (const auto& each : expiries_)
      if (each.ledger == ledger.id) {
        of_ledger.push_back(each);
        auto& lead = leads[each.field];
        lead = std::max(lead, each.lead_days);
      }
    if (of_ledger.empty()) return;
    Query query(
        "SELECT r.id, r.title, r.fields, o.name FROM ledger_rows r"
        " JOIN organisations o ON o.district = r.district AND o.id = r.organisation"
        " WHERE r.district = ? AND r.ledger = ? AND r.organisation = ?"
        " AND (r.until IS NULL OR r.until > ?) AND (FALSE",
        {posting.district, ledger.id, posting.organisation, office_.now.ms});
    for (const auto& [field, lead] : leads)
      query.add(" OR (r.fields->>CAST(? AS TEXT) >= ? AND r.fields->>CAST(? AS TEXT) <= ?)",
                {field, format_day(today_), field, format_day(today_.plus(lead))});
    query.add(")");
    query.run(reader_, [&](const Row& row) {
      json::error_code error;
      const auto fields = json::parse(row.text(2), error);
      if (error || !fields.is_object()) return;
      const auto near = nearing(ledger, of_ledger, fields.get_object(), today_);
      if (!near || near->past) return;
      found_.push_back({near->day,
                        {.ledger = ledger.id,
                         .name = ledger.name,
                         .id = std::string(row.text(0)),
                         .title = std::string(row.text(1)),
                         .organisation = {posting.organisation, std::string(row.text(3))},
                         .field = near->field,
                         .day = format_day(near->day)}});
    });
  }

  Reader& reader_;
  const Office& office_;
  Day today_;
  std::vector<Expiry> expiries_;
  std::set<std::pair<std::string, std::string>> looked_;
  std::vector<Found> found_;
};

}  // namespace

std::vector<Expiry> expiries_of(const pack::Pack& pack, std::string_view ledger) {
  std::vector<Expiry> out;
  for (const auto& clause : pack.clauses)
    for (const auto& requirement : clause.requirements)
      for (const auto& check : requirement.checks) {
        const bool ends =
            check.kind == pack::CheckKind::valid_until || check.kind == pack::CheckKind::attested;
        if (ends && (ledger.empty() || check.ledger == ledger))
          out.push_back(
              {check.ledger, check.field, static_cast<int>(check.lead_days), check.where});
      }
  return out;
}

std::optional<Nearing> nearing(const pack::Ledger& ledger, const std::vector<Expiry>& expiries,
                               const json::object& fields, Day today) {
  std::optional<Nearing> out;
  for (const auto& each : expiries) {
    const auto* value = fields.if_contains(each.field);
    if (!value || !value->is_string()) continue;
    const auto day = parse_day(value->get_string());
    if (!day || *day > today.plus(each.lead_days) || (out && out->day <= *day)) continue;
    const bool is_about = std::ranges::all_of(
        each.where, [&](const auto& condition) { return facts::meets(ledger, condition, fields); });
    if (is_about) out = Nearing{each.field, *day, *day < today};
  }
  return out;
}

Expiring list_expiring(Reader& reader, const Office& office) {
  Expiring out;
  for (auto& each : Looking(reader, office).found()) {
    ++out.all;
    const auto same = [&](const ExpiringCount& count) {
      return count.ledger == each.row.ledger && count.organisation.id == each.row.organisation.id;
    };
    auto count = std::ranges::find_if(out.ledgers, same);
    if (count == out.ledgers.end())
      count = out.ledgers.insert(count, {each.row.ledger, each.row.name, each.row.organisation, 0});
    ++count->count;
    if (out.items.size() < kExpiringRows) out.items.push_back(std::move(each.row));
  }
  return out;
}

}  // namespace anxiao::usecases
