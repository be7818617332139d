#include "usecases/point_codes.h"

#include <algorithm>

#include "base/hash.h"
#include "base/ids.h"
#include "usecases/duty_grounds.h"
#include "usecases/kept.h"
#include "usecases/organisations.h"
#include "usecases/query.h"
#include "usecases/secrets.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr const char* kSecret = "point_secret";

std::string code_from(const std::string& secret, const std::string& point) {
  return to_base32(hmac_sha256(secret, point)).substr(0, kPointCodeCharacters);
}

std::string_view noun_of_points(const pack::Pack& pack) {
  const auto* ledger = pack.ledger(kPoints);
  return ledger ? std::string_view(ledger->noun) : std::string_view("rows");
}

std::string text_in(const json::object& fields, std::string_view key) {
  const auto* value = fields.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string code_of_point(Reader& reader, const std::string& point) {
  auto secret = secret_of(reader, district_of(point), kSecret);
  return secret.empty() ? std::string() : code_from(secret, point);
}

Result<PointCode> read_point_code(Transaction& transaction, const Office& office,
                                  const std::string& point) {
  std::optional<std::string> path;
  Query(
      "SELECT path FROM ledger_rows WHERE district = ? AND id = ? AND ledger = ?"
      " AND (until IS NULL OR until > ?)",
      {std::string(district_of(point)), point, kPoints, office.now.ms})
      .run(transaction, [&](const Row& row) { path = row.text(0); });
  if (!path) return not_found("rows");
  TRY(organisations::may(office.pack, office.actor, noun_of_points(office.pack), "change",
                         {.path = *path}));
  wanted_secret(transaction, district_of(point), kSecret);
  return PointCode{.point = point, .code = code_of_point(transaction, point)};
}

Result<std::vector<Sheet>> list_sheets(Transaction& transaction, const Office& office,
                                       const std::string& organisation) {
  auto place = place_of(transaction, organisation, office.now);
  if (!place) return not_found("organisations");
  TRY(organisations::may(office.pack, office.actor, noun_of_points(office.pack), "change",
                         place->place()));
  auto secret = wanted_secret(transaction, place->district, kSecret);
  std::vector<Sheet> sheets;
  Query(
      "SELECT id, title, fields FROM ledger_rows WHERE district = ? AND ledger = ?"
      " AND organisation = ? AND (until IS NULL OR until > ?) ORDER BY title, id",
      {place->district, kPoints, place->id, office.now.ms})
      .run(transaction, [&](const Row& row) {
        std::string id(row.text(0));
        sheets.push_back({.point = {id, std::string(row.text(1))},
                          .place = text_in(json::parse(row.text(2)).as_object(), "place"),
                          .organisation = {place->id, place->name},
                          .code = code_from(secret, id)});
      });
  return sheets;
}

}  // namespace anxiao::usecases
