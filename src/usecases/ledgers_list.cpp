// Rows of a ledger, narrowed and in order. What narrows them is known by the pack and not by the
// store: rows are read in their own order, some hundreds at a time, and held against it here.

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/text.h"
#include "domain/facts/row_guards.h"
#include "usecases/expiring.h"
#include "usecases/ledgers_rows.h"
#include "usecases/ledgers_words.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

constexpr std::size_t kRowsAtOnce = 500;
constexpr std::size_t kRowsOfAFile = 100'000;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

const pack::Field* field_of(const pack::Ledger& ledger, std::string_view id) {
  const auto found = std::ranges::find(ledger.fields, id, &pack::Field::id);
  return found == ledger.fields.end() ? nullptr : &*found;
}

Refusal no_field(std::string_view named, std::string_view parameter) {
  return {.why = Why::malformed,
          .key = "ledger.no_field",
          .detail = "the ledger has no field " + std::string(named),
          .field = std::string(parameter),
          .args = {{"field", named}}};
}

// What a filter lets through.
class Sieve {
 public:
  static Result<Sieve> of(const Office& office, const pack::Ledger& ledger,
                          const RowFilter& filter) {
    Sieve sieve(office, ledger, filter);
    for (const auto& part : split(filter.where, ',')) {
      if (part.empty()) continue;
      const auto colon = std::min(part.find(':'), part.size());
      const auto field = part.substr(0, colon);
      if (!field_of(ledger, field)) return no_field(field, "where");
      const auto value = colon == part.size() ? std::string{} : part.substr(colon + 1);
      sieve.conditions_.push_back(
          {.field = field,
           .compare = value.empty() ? "blank" : "is",
           .values = value.empty() ? std::vector<std::string>{} : std::vector{value},
           .number = 0});
    }
    if (!filter.expiring.empty() && filter.expiring != "soon" && filter.expiring != "past")
      return Refusal{.why = Why::malformed,
                     .key = "ledger.expiring_malformed",
                     .detail = "write soon or past",
                     .field = "expiring"};
    return sieve;
  }

  bool narrows() const {
    return !conditions_.empty() || !filter_.expiring.empty() || !sought_.empty();
  }
  // Names are wanted for what is sought among the words.
  bool wants_names() const { return !sought_.empty(); }

  bool lets_through(const LedgerRow& row) const {
    const bool meets = std::ranges::all_of(conditions_, [&](const auto& condition) {
      return facts::meets(ledger_, condition, row.fields);
    });
    return meets && is_near(row) && is_found(row);
  }

 private:
  Sieve(const Office& office, const pack::Ledger& ledger, const RowFilter& filter)
      : office_(office),
        ledger_(ledger),
        filter_(filter),
        sought_(lower(trimmed(filter.q))),
        expiries_(filter.expiring.empty() ? std::vector<Expiry>{}
                                          : expiries_of(office.pack, ledger.id)),
        today_(office.zone.day_of(office.now)) {}

  bool is_near(const LedgerRow& row) const {
    if (filter_.expiring.empty()) return true;
    const auto near = nearing(ledger_, expiries_, row.fields, today_);
    return near && near->past == (filter_.expiring == "past");
  }

  bool is_found(const LedgerRow& row) const {
    if (sought_.empty()) return true;
    const auto has = [&](std::string_view text) {
      return lower(text).find(sought_) != std::string::npos;
    };
    if (has(row.organisation.name)) return true;
    return std::ranges::any_of(ledger_.fields, [&](const pack::Field& field) {
      return field.type != "photos" && (has(cell_of(office_.pack, field, row, "zh")) ||
                                        has(cell_of(office_.pack, field, row, "en")));
    });
  }

  const Office& office_;
  const pack::Ledger& ledger_;
  const RowFilter& filter_;
  std::string sought_;
  std::vector<Expiry> expiries_;
  Day today_;
  std::vector<pack::RowCondition> conditions_;
};

// By what a row stands in a sorted list: blank ones last, whichever way it goes.
struct Key {
  bool blank = true;
  double number = 0;
  std::string text;
  auto operator<=>(const Key&) const = default;
};

Key key_of(const Office& office, const pack::Ledger& ledger, const LedgerRow& row,
           const std::string& sort) {
  if (sort == "organisation") return {false, 0, row.organisation.name};
  if (sort == "since") return {false, 0, row.since};
  const auto* field = field_of(ledger, sort);
  const auto* value = row.fields.if_contains(sort);
  if (!field || !value || value->is_null()) return {};
  if (value->is_number()) return {false, value->to_number<double>(), {}};
  // Choices stand in the order in which the pack lists them.
  for (std::size_t place = 0; place < field->choices.size(); ++place)
    if (value->is_string() && field->choices[place].first == value->get_string())
      return {false, static_cast<double>(place), {}};
  return {false, 0, cell_of(office.pack, *field, row, "zh")};
}

class Listing {
 public:
  static Result<Listing> of(Reader& reader, const Office& office, const std::string& id,
                            const RowFilter& filter) {
    TRY_LET(ledger, ledger_named(office, id));
    TRY(organisations::may_somewhere(office.pack, office.actor, ledger->noun, "read"));
    TRY_LET(sieve, Sieve::of(office, *ledger, filter));
    Query query(std::string(kSelectRows) + " WHERE r.ledger = ?", {ledger->id});
    within(query, organisations::scopes(office.pack, office.actor, ledger->noun, "read"), "r");
    if (!filter.organisation.empty()) {
      auto place = place_of(reader, filter.organisation, office.now);
      if (!place) return not_found("organisations");
      if (filter.exact)
        query.add(" AND r.district = ? AND r.organisation = ?", {place->district, place->id});
      else
        under(query, place->district, place->path, "r");
    }
    if (!filter.ended) query.add(" AND (r.until IS NULL OR r.until > ?)", {office.now.ms});
    return Listing(reader, office, *ledger, filter, std::move(sieve), std::move(query));
  }

  // In the order in which they were entered, district by district.
  Page<LedgerRow> page() {
    Page<LedgerRow> page;
    std::optional<json::array> after = filter_.paging.after;
    json::array last;
    const auto limit = filter_.paging.limit;
    for (bool more = true; more && !page.next;) {
      std::size_t seen = 0;
      const auto at_once = sieve_.narrows() ? kRowsAtOnce : limit + 1;
      each_after(after, at_once, [&](StoredRow found) {
        ++seen;
        json::array keys = {json::value(found.district), json::value(found.row.id)};
        after = keys;
        if (page.next || !sieve_.lets_through(found.row)) return;
        if (page.items.size() == limit) {
          page.next = cursor_of(last);
          return;
        }
        page.items.push_back(as_shown(ledger_, std::move(found.row)));
        last = std::move(keys);
      });
      more = sieve_.narrows() && seen == at_once;
    }
    for (auto& row : page.items) add_names(reader_, ledger_, row, names_);
    return page;
  }

  // The cursor is the place in the list.
  Result<Page<LedgerRow>> sorted_page() {
    if (filter_.sort != "organisation" && filter_.sort != "since" &&
        !field_of(ledger_, filter_.sort))
      return no_field(filter_.sort, "sort");
    std::vector<std::pair<Key, LedgerRow>> all;
    std::optional<json::array> after;
    for (bool more = true; more;) {
      std::size_t seen = 0;
      each_after(after, kRowsAtOnce, [&](StoredRow found) {
        ++seen;
        after = {json::value(found.district), json::value(found.row.id)};
        if (!sieve_.lets_through(found.row)) return;
        add_names(reader_, ledger_, found.row, names_);
        auto row = as_shown(ledger_, std::move(found.row));
        auto key = key_of(office_, ledger_, row, filter_.sort);
        all.emplace_back(std::move(key), std::move(row));
      });
      if (all.size() > kRowsSortedMost)
        return Refusal{.why = Why::refused,
                       .key = "ledger.too_many_to_sort",
                       .detail = "narrow the list before it is put in order",
                       .field = "sort",
                       .args = {{"most", kRowsSortedMost}}};
      more = seen == kRowsAtOnce;
    }
    std::ranges::stable_sort(all, [&](const auto& one, const auto& other) {
      if (one.first.blank != other.first.blank) return other.first.blank;
      return filter_.descending ? other.first < one.first : one.first < other.first;
    });
    std::size_t from = 0;
    if (filter_.paging.after)
      from = static_cast<std::size_t>(
          std::max<std::int64_t>(0, (*filter_.paging.after)[0].to_number<std::int64_t>()));
    Page<LedgerRow> page;
    for (auto at = from; at < all.size() && page.items.size() < filter_.paging.limit; ++at)
      page.items.push_back(std::move(all[at].second));
    if (from + page.items.size() < all.size())
      page.next = cursor_of({static_cast<std::int64_t>(from + page.items.size())});
    return page;
  }

 private:
  Listing(Reader& reader, const Office& office, const pack::Ledger& ledger, const RowFilter& filter,
          Sieve sieve, Query query)
      : reader_(reader),
        office_(office),
        ledger_(ledger),
        filter_(filter),
        sieve_(std::move(sieve)),
        query_(std::move(query)) {}

  template <class Each>
  void each_after(const std::optional<json::array>& after, std::size_t limit, const Each& each) {
    auto query = query_;
    if (after)
      query.add(" AND (r.district, r.id) > (?, ?)",
                {std::string((*after)[0].get_string()), std::string((*after)[1].get_string())});
    query.add(" ORDER BY r.district, r.id LIMIT ?", {static_cast<std::int64_t>(limit)});
    std::vector<StoredRow> rows;
    query.run(reader_, [&](const Row& row) { rows.push_back(stored_row(row, office_.zone)); });
    for (auto& row : rows) {
      if (sieve_.wants_names()) add_names(reader_, ledger_, row.row, names_);
      each(std::move(row));
    }
  }

  Reader& reader_;
  const Office& office_;
  const pack::Ledger& ledger_;
  const RowFilter& filter_;
  Sieve sieve_;
  Query query_;
  std::map<std::string, std::string> names_;
};

}  // namespace

Result<Page<LedgerRow>> list_rows(Reader& reader, const Office& office, const std::string& ledger,
                                  const RowFilter& filter) {
  TRY_LET(listing, Listing::of(reader, office, ledger, filter));
  if (!filter.sort.empty()) return listing.sorted_page();
  return listing.page();
}

Result<std::vector<LedgerRow>> all_rows(Reader& reader, const Office& office,
                                        const std::string& ledger, const RowFilter& filter) {
  RowFilter all = filter;
  all.paging = {.limit = kRowsOfAFile, .after = std::nullopt};
  TRY_LET(page, list_rows(reader, office, ledger, all));
  return std::move(page.items);
}

}  // namespace anxiao::usecases
