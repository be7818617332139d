// The working days of the country load; each kind of damage to a year is refused on its line.

#include "pack/calendar.h"

#include <gtest/gtest.h>

#include <fstream>

namespace anxiao::pack {
namespace {

namespace fs = std::filesystem;

constexpr const char* kYear = R"(year: 2026
status: published
source: {zh: 通知, en: Arrangement}
holidays:
  - {id: new_year, name: {zh: 元旦, en: New Year}, from: 2026-01-01, to: 2026-01-03}
  - {id: labour_day, name: {zh: 劳动节, en: Labour Day}, from: 2026-05-01, to: 2026-05-05}
working_days: [2026-01-04, 2026-05-09]
)";

// A folder of calendar files, gone with the object.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "anxiao-calendar-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(path_ / file, std::ios::binary) << text;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string all(const LoadedYears& loaded) {
  std::string text;
  for (const Complaint& complaint : loaded.complaints) text += complaint.text() + "\n";
  return text;
}

TEST(Holidays, OfTheCountryLoadWithoutComplaint) {
  const auto loaded = load_holidays(fs::path(ANXIAO_SOURCE) / "pack" / "calendar");
  ASSERT_TRUE(loaded.complaints.empty()) << all(loaded);
  ASSERT_EQ(loaded.years.size(), 4u);
  EXPECT_EQ(loaded.years[0].year, 2024);
  EXPECT_TRUE(loaded.years[2].published);
  EXPECT_EQ(loaded.years[2].working_days.size(), 6u);
  EXPECT_FALSE(loaded.years[3].published);
  EXPECT_TRUE(loaded.years[3].working_days.empty());
}

struct Damage {
  const char* what;
  const char* from;
  const char* to;
  int line;
  const char* key;
};

const Damage kDamages[] = {
    {"a year of another file", "year: 2026", "year: 2025", 1, "year"},
    {"an unknown status", "published", "likely", 2, "status"},
    {"worked weekends that nobody announced", "published", "expected", 7, "working_days"},
    {"no source", "source: {zh: 通知, en: Arrangement}\n", "", 1, "source"},
    {"a day that is none", "from: 2026-05-01", "from: 2026-05-32", 6, "holidays.labour_day.from"},
    {"a holiday that ends before it begins", "to: 2026-05-05", "to: 2026-04-05", 6,
     "holidays.labour_day.to"},
    {"a holiday of another year", "to: 2026-05-05", "to: 2027-05-05", 6,
     "holidays.labour_day.from"},
    {"holidays out of order", "from: 2026-05-01", "from: 2026-01-02", 6,
     "holidays.labour_day.from"},
    {"a holiday twice", "id: labour_day", "id: new_year", 6, "holidays.new_year.id"},
    {"a worked day that is none", "[2026-01-04,", "[2026-01-34,", 7, "working_days[0]"},
    {"a worked day that is no weekend", "[2026-01-04,", "[2026-01-05,", 7, "working_days[0]"},
    {"a worked day of another year", "[2026-01-04,", "[2025-01-04,", 7, "working_days[0]"},
    {"a worked day that is a holiday", "[2026-01-04,", "[2026-01-03,", 7, "working_days[0]"},
    {"worked days out of order", "2026-05-09]", "2026-01-03]", 7, "working_days[1]"},
    {"an unknown key", "year: 2026", "year: 2026\nyears: 1", 2, "years"},
};

TEST(Holidays, AreRefusedOnTheLineThatIsWrong) {
  for (const Damage& damage : kDamages) {
    SCOPED_TRACE(damage.what);
    Folder folder;
    std::string text = kYear;
    const auto at = text.find(damage.from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string(damage.from).size(), damage.to);
    folder.write("2026.yml", text);
    const auto loaded = load_holidays(folder.path());
    EXPECT_TRUE(loaded.years.empty());
    const bool found =
        std::any_of(loaded.complaints.begin(), loaded.complaints.end(), [&](const Complaint& c) {
          return c.file == "2026.yml" && c.line == damage.line && c.key == damage.key;
        });
    EXPECT_TRUE(found) << "wanted 2026.yml:" << damage.line << ": " << damage.key << "\n"
                       << all(loaded);
  }
}

TEST(Holidays, FollowEachOtherYearByYear) {
  Folder folder;
  folder.write("2026.yml", kYear);
  folder.write("2028.yml",
               "year: 2028\nstatus: expected\nsource: {zh: 无, en: none}\nholidays: []\n");
  const auto loaded = load_holidays(folder.path());
  ASSERT_EQ(loaded.complaints.size(), 1u) << all(loaded);
  EXPECT_EQ(loaded.complaints[0].file, "2028.yml");
}

TEST(Holidays, AreMissedWhereTheFolderIsEmpty) {
  EXPECT_EQ(load_holidays(Folder().path()).complaints.size(), 1u);
}

TEST(Terms, AreThoseOfTheKindWhereItHasItsOwn) {
  const SchoolYear year{.id = "2025-2026",
                        .from = {},
                        .to = {},
                        .published = false,
                        .terms = {{"2025-S2", {}, {}}},
                        .for_kinds = {{{"vocational"}, {{"2025-S3", {}, {}}}}}};
  EXPECT_EQ(terms_for(year, "vocational")[0].id, "2025-S3");
  EXPECT_EQ(terms_for(year, "primary")[0].id, "2025-S2");
}

}  // namespace
}  // namespace anxiao::pack
