#include "domain/facts/fields.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/ids.h"
#include "base/text.h"
#include "base/time.h"

namespace anxiao::facts {

namespace json = boost::json;

namespace {

using Expected = std::optional<std::string>;

constexpr double kMoneyMost = 1e12;

bool bounded(const pack::Field& field, double amount) {
  return !(field.least && amount < *field.least) && !(field.most && amount > *field.most);
}

std::optional<double> number_in(const json::value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_double() && std::isfinite(value.get_double())) return value.get_double();
  return std::nullopt;
}

Expected text(const pack::Field& field, const json::value& value, std::size_t most, bool lines) {
  if (!value.is_string()) return field.type;
  std::string_view text(value.get_string());
  if (!is_utf8(text)) return field.type;
  for (unsigned char each : text)
    if (each == 0x7f || (each < 0x20 && !(lines && (each == '\n' || each == '\r' || each == '\t'))))
      return field.type;
  auto length = length_of(text);
  if (length > most && !field.most) return "in_range";
  // A blank text says nothing; whether something must be said is not the type's business.
  if (!in_hand(value)) return std::nullopt;
  if (!bounded(field, static_cast<double>(length_of(trimmed(text))))) return "in_range";
  return std::nullopt;
}

Expected number(const pack::Field& field, const json::value& value) {
  auto amount = number_in(value);
  if (!amount) return field.type;
  if (field.type == "integer" && *amount != std::floor(*amount)) return field.type;
  if (field.type == "money") {
    if (std::abs(*amount * 100 - std::round(*amount * 100)) > 1e-4) return field.type;
    if (*amount < 0 || *amount > kMoneyMost) return "in_range";
  }
  if (!bounded(field, *amount)) return "in_range";
  return std::nullopt;
}

Expected choice(const pack::Field& field, const json::value& value,
                const std::vector<std::string>& others) {
  if (!value.is_string()) return "choice";
  std::string_view chosen(value.get_string());
  if (field.choices.empty())
    return std::ranges::find(others, chosen) != others.end() ? Expected{} : Expected("choice");
  bool listed = std::ranges::any_of(field.choices, [&](const auto& c) { return c.first == chosen; });
  return listed ? Expected{} : Expected("choice");
}

Expected factor(const pack::Field& field, json::value& value) {
  for (const auto& [words, name] : field.choices) {
    json::error_code error;
    auto parsed = json::parse(words, error);
    if (error) continue;
    auto amount = number_in(parsed);
    if (!amount) continue;
    bool same = value.is_string() ? value.get_string() == words : number_in(value) == amount;
    if (!same) continue;
    value = parsed;
    return std::nullopt;
  }
  return "choice";
}

Expected photos(const pack::Field& field, const json::value& value) {
  if (!value.is_array()) return "photos";
  for (const auto& each : value.get_array())
    if (!each.is_string() || !is_sha256_hex(each.get_string())) return "photos";
  auto count = value.get_array().size();
  if (count > kPhotosMost && !field.most) return "in_range";
  if (count > 0 && !bounded(field, static_cast<double>(count))) return "in_range";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> expected_of(const pack::Field& field, json::value& value,
                                       const std::vector<std::string>& others) {
  const auto& type = field.type;
  if (type == "text") return text(field, value, kTextMost, false);
  if (type == "long_text") return text(field, value, kLongTextMost, true);
  if (type == "money" || type == "integer" || type == "number") return number(field, value);
  if (type == "choice") return choice(field, value, others);
  if (type == "factor") return factor(field, value);
  if (type == "photos") return photos(field, value);
  if (type == "flag") return value.is_bool() ? Expected{} : Expected("flag");
  if (type == "day")
    return value.is_string() && parse_day(value.get_string()) ? Expected{} : Expected("day");
  if (type == "person" || type == "organisation")
    return value.is_string() && is_id(value.get_string()) ? Expected{} : Expected("id");
  return type;
}

bool in_hand(const json::value& value) {
  if (value.is_null()) return false;
  if (value.is_string()) return !trimmed(std::string_view(value.get_string())).empty();
  if (value.is_array()) return !value.get_array().empty();
  return true;
}

bool in_hand(const json::object& fields, const std::string& id) {
  const auto* value = fields.if_contains(id);
  return value && in_hand(*value);
}

}  // namespace anxiao::facts
