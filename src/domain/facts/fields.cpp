#include "domain/facts/fields.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/ids.h"
#include "base/text.h"
#include "base/time.h"

namespace anxiao::facts {
namespace {

namespace json = boost::json;

bool in_range(const pack::Field& field, double amount) {
  return !(field.least && amount < *field.least) && !(field.most && amount > *field.most);
}

// A blank text says nothing; whether something must be said is not the type's business.
std::string fault_of_text(const pack::Field& field, const json::value& value, std::size_t most,
                          bool lines) {
  if (!value.is_string()) return "text";
  std::string_view text = value.get_string();
  if (!is_utf8(text)) return "text";
  bool plain = std::ranges::all_of(text, [&](char c) {
    if (c == '\n' || c == '\t' || c == '\r') return lines;
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  if (!plain) return "text";
  auto said = length_of(trimmed(text));
  if (length_of(text) > most && !field.most) return "long";
  return said == 0 || in_range(field, static_cast<double>(said)) ? "" : "range";
}

std::string fault_of_number(const pack::Field& field, const json::value& value, bool whole) {
  double number = 0;
  if (value.is_int64())
    number = static_cast<double>(value.get_int64());
  else if (value.is_double() && !whole)
    number = value.get_double();
  else
    return "number";
  if (!std::isfinite(number)) return "number";
  return in_range(field, number) ? "" : "range";
}

// No debt, no half cents, no more than fourteen digits keep exact.
std::string fault_of_money(const pack::Field& field, const json::value& value) {
  if (auto fault = fault_of_number(field, value, false); !fault.empty()) return fault;
  auto amount = value.to_number<double>();
  if (amount < 0 || amount > kMoneyMost) return "range";
  return std::abs(amount * 100 - std::round(amount * 100)) > 1e-4 ? "number" : "";
}

bool is_choice(const pack::Field& field, std::string_view id) {
  return std::ranges::any_of(field.choices, [&](const auto& choice) { return choice.first == id; });
}

// One of the choices, or a list of different ones.
std::string fault_of_choice(const pack::Field& field, const json::value& value) {
  if (value.is_string()) return is_choice(field, value.get_string()) ? "" : "choice";
  if (!value.is_array()) return "choice";
  std::vector<std::string_view> seen;
  for (const auto& each : value.get_array()) {
    if (!each.is_string() || !is_choice(field, each.get_string())) return "choice";
    if (std::ranges::find(seen, each.get_string()) != seen.end()) return "choice";
    seen.emplace_back(each.get_string());
  }
  return "";
}

// The ids that a text with choices names: a list of them, or a text with commas between.
std::vector<std::string> named_in(const json::value& value) {
  std::vector<std::string> ids;
  if (value.is_string()) {
    for (const auto& part : split(value.get_string(), ','))
      if (auto id = trimmed(part); !id.empty()) ids.emplace_back(id);
  } else if (value.is_array()) {
    for (const auto& each : value.get_array())
      ids.emplace_back(each.is_string() ? std::string(each.get_string()) : std::string{});
  }
  return ids;
}

json::value joined(const std::vector<std::string>& ids) {
  std::string text;
  for (const auto& id : ids) text += (text.empty() ? "" : ",") + id;
  return json::value(text);
}

std::string fault_of_named(const pack::Field& field, const json::value& value) {
  auto ids = named_in(value);
  bool good = !ids.empty() && std::ranges::all_of(ids, [&](const std::string& id) {
    return is_choice(field, id) && std::ranges::count(ids, id) == 1;
  });
  return good ? "" : "choice";
}

std::string fault_of_factor(const pack::Field& field, const json::value& value) {
  if (fault_of_number(field, value, false) != "") return "number";
  double number = value.is_int64() ? static_cast<double>(value.get_int64()) : value.get_double();
  bool listed = std::ranges::any_of(field.choices, [&](const auto& choice) {
    char* end = nullptr;
    return std::strtod(choice.first.c_str(), &end) == number && end && !*end;
  });
  return listed ? "" : "choice";
}

std::string fault_of_photos(const pack::Field& field, const json::value& value) {
  if (!value.is_array() || value.get_array().size() > kPhotosMost) return "photos";
  bool hashes = std::ranges::all_of(value.get_array(), [](const json::value& each) {
    return each.is_string() && is_sha256_hex(each.get_string());
  });
  if (!hashes) return "photos";
  auto count = value.get_array().size();
  return count == 0 || in_range(field, static_cast<double>(count)) ? "" : "range";
}

// What is read off papers, however it was typed: blanks and marks between are left out, letters are
// made large.
std::string plain_identity(std::string_view text) {
  std::string plain;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
      plain += c;
    else if (c >= 'a' && c <= 'z')
      plain += static_cast<char>(c - 'a' + 'A');
  }
  return plain;
}

std::string last_characters(std::string_view text, std::size_t count) {
  std::size_t from = text.size();
  while (from > 0 && count > 0) {
    --from;
    if ((static_cast<unsigned char>(text[from]) & 0xc0) != 0x80) --count;
  }
  return std::string(text.substr(from));
}

bool is_sealed(const json::value& value) {
  if (!value.is_object() || value.get_object().size() != 2) return false;
  const auto* hash = value.get_object().if_contains("hash");
  const auto* last = value.get_object().if_contains("last4");
  return hash && last && hash->is_string() && last->is_string() &&
         is_sha256_hex(hash->get_string());
}

std::string fault_of_identity(const json::value& value) {
  if (is_sealed(value)) return "";
  if (!value.is_string() || !is_utf8(value.get_string())) return "identity";
  const auto characters = length_of(plain_identity(value.get_string()));
  return characters >= kIdentityCharactersLeast && characters <= kIdentityCharactersMost
             ? ""
             : "identity";
}

}  // namespace

json::object sealed_identity(std::string_view secret, std::string_view text) {
  const auto plain = plain_identity(text);
  return {{"hash", to_hex(hmac_sha256(secret, plain))},
          {"last4", last_characters(plain, kIdentityCharactersShown)}};
}

json::object shown(const std::vector<pack::Field>& fields, const json::object& kept) {
  if (!has_personal(fields)) return kept;
  json::object out;
  for (const auto& field : fields) {
    const auto* value = kept.if_contains(field.id);
    if (!value) continue;
    auto& into = out[field.id] = *value;
    if (field.type == "identity" && into.is_object()) into.get_object().erase("hash");
  }
  return out;
}

json::object without_personal(const std::vector<pack::Field>& fields, const json::object& kept) {
  json::object out;
  for (const auto& field : fields)
    if (const auto* value = kept.if_contains(field.id); value && !field.personal)
      out[field.id] = *value;
  return out;
}

bool has_personal(const std::vector<pack::Field>& fields) {
  return std::ranges::any_of(fields, [](const pack::Field& field) { return field.personal; });
}

bool is_blank(const json::value& value) {
  return value.is_null() || (value.is_string() && trimmed(value.get_string()).empty()) ||
         (value.is_array() && value.get_array().empty());
}

bool in_hand(const json::object& fields, const std::string& id) {
  const auto* value = fields.if_contains(id);
  return value && !is_blank(*value);
}

std::string fault_of(const pack::Field& field, const json::value& value) {
  const auto& type = field.type;
  if (type == "text" && !field.choices.empty()) return fault_of_named(field, value);
  if (type == "text") return fault_of_text(field, value, kTextCharactersMost, false);
  if (type == "long_text") return fault_of_text(field, value, kLongTextCharactersMost, true);
  if (type == "day") return value.is_string() && parse_day(value.get_string()) ? "" : "day";
  if (type == "moment")
    return value.is_string() && parse_instant(value.get_string()) ? "" : "moment";
  if (type == "identity") return fault_of_identity(value);
  if (type == "money") return fault_of_money(field, value);
  if (type == "number") return fault_of_number(field, value, false);
  if (type == "integer") return fault_of_number(field, value, true);
  if (type == "choice") return fault_of_choice(field, value);
  if (type == "factor") return fault_of_factor(field, value);
  if (type == "photos") return fault_of_photos(field, value);
  if (type == "person" || type == "organisation" || type == "matter")
    return value.is_string() && is_id(value.get_string()) ? "" : "id";
  if (type == "flag") return value.is_bool() ? "" : "flag";
  return "text";
}

Result<json::object> check_fields(const std::vector<pack::Field>& fields,
                                  const json::object& given) {
  for (const auto& each : given) {
    bool known = std::ranges::any_of(
        fields, [&](const pack::Field& field) { return field.id == each.key(); });
    if (!known)
      return Refusal{.why = Why::malformed,
                     .key = "fields.unknown",
                     .detail = "there is no field " + std::string(each.key()),
                     .field = "fields." + std::string(each.key()),
                     .args = {{"field", each.key()}}};
  }
  json::object kept;
  std::vector<std::string> wants;
  for (const auto& field : fields) {
    const auto* value = given.if_contains(field.id);
    if (!value || is_blank(*value)) {
      if (field.required) wants.push_back(field.id);
      continue;
    }
    if (auto fault = fault_of(field, *value); !fault.empty())
      return Refusal{.why = Why::malformed,
                     .key = "fields.malformed",
                     .detail = field.id + " does not hold such a value: " + fault,
                     .field = "fields." + field.id,
                     .args = {{"field", field.id}, {"fault", fault}}};
    kept[field.id] =
        field.type == "text" && !field.choices.empty() ? joined(named_in(*value)) : *value;
  }
  if (!wants.empty())
    return Refusal{.why = Why::refused,
                   .key = "fields.required",
                   .detail = "fields are missing",
                   .field = "fields." + wants.front(),
                   .wants = wants};
  return kept;
}

}  // namespace anxiao::facts
