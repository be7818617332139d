#include "usecases/ledgers_cells.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "usecases/ledgers_words.h"
#include "usecases/workbooks.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

// Days that a spreadsheet counts: of the years in which anything here can have happened.
constexpr double kExcelDayLeast = 7'000, kExcelDayMost = 80'000;
constexpr int kYearLeast = 1900, kYearMost = 2199;

// The characters for year, month and day, as the bytes of UTF-8.
constexpr std::string_view kYearMark = "\xe5\xb9\xb4", kMonthMark = "\xe6\x9c\x88",
                           kDayMark = "\xe6\x97\xa5";
// Marks that people put between: commas and semicolons of both widths, the pause mark.
constexpr std::array<std::string_view, 8> kBetween = {
    ",", ";", "/", "|", "\n", "\xef\xbc\x8c", "\xef\xbc\x9b", "\xe3\x80\x81"};

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void take_out(std::string& text, std::string_view mark, std::string_view by) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
}

std::optional<Day> day_from(int year, int month, int day) {
  if (year < kYearLeast || year > kYearMost || month < 1 || month > 12 || day < 1 || day > 31)
    return std::nullopt;
  const auto found = day_of(year, month, day);
  if (month_of(found) != month || day_of_month(found) != day) return std::nullopt;
  return found;
}

// Numbers with marks between them, from the left; `rest` is what is not read.
std::vector<int> numbers_in(std::string_view text, std::string_view marks, std::size_t most,
                            std::string_view& rest) {
  std::vector<int> out;
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at]) && out.size() < most) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    if (error != std::errc{}) break;
    out.push_back(number);
    at = static_cast<std::size_t>(end - text.data());
    if (out.size() == most || at + 1 >= text.size() || marks.find(text[at]) == marks.npos ||
        !is_digit(text[at + 1]))
      break;
    ++at;
  }
  rest = text.substr(at);
  return out;
}

// The day that a text begins with, and what follows it.
std::optional<Day> day_before(std::string_view written, std::string& rest) {
  std::string text(written);
  take_out(text, kYearMark, "-");
  take_out(text, kMonthMark, "-");
  take_out(text, kDayMark, " ");
  const auto plain = trimmed(text);
  std::string_view after;
  auto parts = numbers_in(plain, "-/.", 3, after);
  rest = std::string(trimmed(after));
  if (parts.size() == 3) return day_from(parts[0], parts[1], parts[2]);
  if (parts.size() == 1 && parts[0] >= kYearLeast * 10'000 && rest.empty())
    return day_from(parts[0] / 10'000, parts[0] / 100 % 100, parts[0] % 100);
  return std::nullopt;
}

std::optional<double> excel_days(std::string_view text) {
  const auto number = number_of(text);
  if (!number || *number < kExcelDayLeast || *number >= kExcelDayMost) return std::nullopt;
  return number;
}

// `7:30`, `07:30:00`, of a day.
std::optional<std::int64_t> hour_of(std::string_view text) {
  std::string_view rest;
  const auto parts = numbers_in(text, ":", 3, rest);
  if (!rest.empty() || parts.size() < 2 || parts[0] > 23 || parts[1] > 59) return std::nullopt;
  if (parts.size() == 3 && parts[2] > 59) return std::nullopt;
  return parts[0] * kHourMs + parts[1] * kMinuteMs + (parts.size() == 3 ? parts[2] * kSecondMs : 0);
}

bool is_same_word(std::string_view one, std::string_view other) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(trimmed(one), trimmed(other), {}, lower, lower);
}

// The choice that a text names, by its words or its id.
const std::string* choice_of(const pack::Field& field, std::string_view text) {
  for (const auto& [id, words] : field.choices)
    if (is_same_word(text, words.zh) || is_same_word(text, words.en) || is_same_word(text, id))
      return &id;
  return nullptr;
}

// Several choices, with any of the usual marks between. Words that hold such a mark themselves are
// found whole first.
std::optional<std::string> choices_of(const pack::Field& field, std::string_view text) {
  if (const auto* one = choice_of(field, text)) return *one;
  std::string plain(text);
  for (const auto& mark : kBetween) take_out(plain, mark, "\t");
  std::string out;
  std::vector<std::string> named;
  for (const auto& part : split(plain, '\t')) {
    if (trimmed(part).empty()) continue;
    const auto* id = choice_of(field, part);
    if (!id) return std::nullopt;
    if (std::ranges::find(named, *id) != named.end()) continue;
    named.push_back(*id);
    out += (out.empty() ? "" : ",") + *id;
  }
  return out;
}

// A number as people write amounts: with commas between the thousands, and a sign of money.
std::optional<double> amount_of(std::string_view text) {
  std::string plain(text);
  for (const char* mark : {",", " ", "\xef\xbc\x8c", "\xc2\xa5", "\xef\xbf\xa5", "\xe5\x85\x83"})
    take_out(plain, mark, "");
  return number_of(plain);
}

Refusal malformed(const pack::Field& field, const char* fault) {
  return {.why = Why::malformed,
          .key = "fields.malformed",
          .detail = field.id + " does not hold such a value: " + fault,
          .field = "fields." + field.id,
          .args = {{"field", field.id}, {"fault", fault}}};
}

Result<json::value> number_value(const pack::Field& field, std::string_view text) {
  const auto number = amount_of(text);
  if (!number) return malformed(field, "number");
  if (*number == std::floor(*number) && std::abs(*number) < 1e15)
    return json::value(static_cast<std::int64_t>(*number));
  return json::value(*number);
}

}  // namespace

std::optional<Day> day_of_cell(std::string_view text) {
  text = trimmed(text);
  if (const auto days = excel_days(text))
    return Day{static_cast<std::int32_t>(std::floor(*days)) - kExcelDayOf1970};
  std::string rest;
  const auto day = day_before(text, rest);
  if (!day) return std::nullopt;
  if (rest.starts_with('T')) rest.erase(0, 1);
  if (!rest.empty() && !hour_of(rest)) return std::nullopt;
  return day;
}

std::optional<Instant> moment_of_cell(const Zone& zone, std::string_view text) {
  text = trimmed(text);
  if (const auto instant = parse_instant(text)) return *instant;
  if (const auto days = excel_days(text)) {
    const Day day{static_cast<std::int32_t>(std::floor(*days)) - kExcelDayOf1970};
    const auto minutes = std::llround((*days - std::floor(*days)) * 24 * 60);
    return zone.start_of(day).plus_ms(minutes * kMinuteMs);
  }
  std::string rest;
  const auto day = day_before(text, rest);
  if (!day) return std::nullopt;
  if (rest.starts_with('T')) rest.erase(0, 1);
  const auto hour = hour_of(rest);
  if (!hour) return std::nullopt;
  return zone.start_of(*day).plus_ms(*hour);
}

Result<json::value> value_of_cell(const pack::Pack& pack, const Zone& zone,
                                  const pack::Field& field, std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return json::value(nullptr);
  if (field.type == "day") {
    const auto day = day_of_cell(text);
    if (!day) return malformed(field, "day");
    return json::value(format_day(*day));
  }
  if (field.type == "moment") {
    const auto moment = moment_of_cell(zone, text);
    if (!moment) return malformed(field, "moment");
    return json::value(zone.format(*moment));
  }
  if (field.type == "flag") {
    if (is_table_word(pack, "yes", text)) return json::value(true);
    if (is_table_word(pack, "no", text)) return json::value(false);
    return malformed(field, "flag");
  }
  if (field.type == "choice") {
    const auto* id = choice_of(field, text);
    if (!id) return malformed(field, "choice");
    return json::value(*id);
  }
  if (field.type == "text" && !field.choices.empty()) {
    const auto ids = choices_of(field, text);
    if (!ids) return malformed(field, "choice");
    return json::value(*ids);
  }
  if (field.type == "money" || field.type == "number" || field.type == "integer")
    return number_value(field, text);
  return json::value(std::string(text));
}

}  // namespace anxiao::usecases
