#include "usecases/import.h"

#include <gtest/gtest.h>
#include <iconv.h>
#include <zip.h>

#include <fstream>
#include <sstream>

#include "app/test_town.h"

namespace anxiao::app {
namespace {

using usecases::ImportAsk;
using usecases::Imported;

// Beside the repository, where the people who build it keep it; no part of it.
const std::string kRealFile = std::string(ANXIAO_SOURCE) + "/../shared/data/cq_school_names.csv";

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return in ? text.str() : std::string{};
}

std::string gb18030(const std::string& utf8) {
  iconv_t converter = iconv_open("GB18030", "UTF-8");
  std::string in = utf8, out(utf8.size() * 2 + 16, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size(), room = out.size();
  iconv(converter, &from, &left, &to, &room);
  iconv_close(converter);
  out.resize(out.size() - room);
  return out;
}

std::string xml(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}

// The same table as a workbook with inline strings.
std::string xlsx(const std::string& csv) {
  auto table = *usecases::read_csv(csv);
  std::string rows;
  auto add = [&](std::size_t line, const std::vector<std::string>& cells) {
    rows += "<row r=\"" + std::to_string(line) + "\">";
    for (const auto& cell : cells)
      rows += "<c t=\"inlineStr\"><is><t>" + xml(cell) + "</t></is></c>";
    rows += "</row>";
  };
  add(1, table.columns);
  for (const auto& row : table.rows) add(row.line, row.cells);
  std::string book = "<workbook><sheets><sheet name=\"a\"/></sheets></workbook>";
  std::string sheet = "<worksheet><sheetData>" + rows + "</sheetData></worksheet>";
  zip_error_t error;
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  zip_file_add(archive, "xl/workbook.xml", zip_source_buffer(archive, book.data(), book.size(), 0),
               0);
  zip_file_add(archive, "xl/worksheets/sheet1.xml",
               zip_source_buffer(archive, sheet.data(), sheet.size(), 0), 0);
  zip_close(archive);
  zip_source_open(target);
  zip_stat_t stat;
  zip_source_stat(target, &stat);
  std::string out(stat.size, '\0');
  zip_source_read(target, out.data(), out.size());
  zip_source_free(target);
  return out;
}

class ImportIntoATown : public testing::Test {
 protected:
  Result<Imported> run(const std::string& login, const ImportAsk& ask, const std::string& bytes) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::import_organisations(t, town.as(login), ask, bytes);
    });
  }
  static ImportAsk real() { return {.dry_run = false}; }
  static std::string reasons(const Imported& imported) {
    std::string out;
    for (const auto& each : imported.refused)
      out += std::to_string(each.line) + ":" + each.reason.substr(7) + " ";
    return out;
  }
  template <class T>
  static std::string key(const Result<T>& result) {
    return result ? "taken" : result.error().key;
  }
  Town town;
  const std::string kFile =
      "学校名称,区县,学校标识码,类别\n"
      "云溪第二小学,云溪区,2150000001,小学\n"  // 2
      "云溪幼儿园,云溪区,,\n"                  // 3
      "云溪第二小学,云溪区,,\n"                // 4: twice
      "云溪实验小学,云溪区,,\n"                // 5: there
      "遥远小学,无名区,,\n"                    // 6: district
      "云溪大剧院,云溪区,,\n"                  // 7: no school
      ",云溪区,,\n"                            // 8: no name
      "云溪第三小学,云溪区,9950000001,\n"      // 9: code
      "青山中学,青山区,,\n"                    // 10: not his district
      "云溪第四小学,云溪区,,,x\n";             // 11: too wide
};

TEST_F(ImportIntoATown, ListsEveryRowThatCannotBeTakenAndChangesNothingWhenDry) {
  auto before = town.count("journal");
  auto dry = run("officer", {}, kFile);
  ASSERT_TRUE(dry) << dry.error().detail;
  EXPECT_EQ(
      reasons(*dry),
      "4:duplicate_in_file 5:exists 6:unknown_district 7:not_a_chosen_kind 8:no_name 9:bad_code "
      "10:unknown_district 11:bad_line ");
  EXPECT_EQ(dry->rows, 10u);
  EXPECT_EQ(dry->taken, 2u);
  EXPECT_EQ(dry->created, 0u);
  EXPECT_EQ(dry->columns.at("name"), "学校名称");
  EXPECT_EQ(dry->columns.at("district"), "区县");
  EXPECT_EQ(town.count("journal"), before);
  EXPECT_EQ(town.count("organisations"), 7);
}

TEST_F(ImportIntoATown, TakesTheRestAndNothingMoreWhenDoneAgain) {
  auto first = run("officer", real(), kFile);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->created, 2u);
  EXPECT_EQ(town.count("organisations"), 9);
  EXPECT_EQ(town.lines("OrganisationsImported").at(0).at("created"), 2);
  EXPECT_EQ(town.lines("OrganisationEntered").size(), 9u);
  auto again = run("officer", real(), kFile);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->created, 0u);
  EXPECT_EQ(reasons(*again).substr(0, 18), "2:exists 3:exists ");
  EXPECT_EQ(town.count("organisations"), 9);
  EXPECT_EQ(town.lines("OrganisationsImported").size(), 1u);
  auto list = town.read([&](usecases::Reader& reader) {
    return usecases::list_organisations(
        reader, town.as("officer"),
        {.under = {}, .parent = {}, .kind = "kindergarten", .q = {}, .paging = {}});
  });
  ASSERT_EQ(list->items.size(), 1u);
  EXPECT_EQ(list->items[0].name, "云溪幼儿园");
}

TEST_F(ImportIntoATown, SuggestsDistrictsByNameByCodeAndByWhatTheCallerSays) {
  std::string file =
      "name,district,adcode\n一小学,云溪区,\n二小学,云溪老区,500190\n三小学,旧区,\n四小学,别处,"
      "999999\n";
  ImportAsk ask;
  ask.district_map = {{{"旧区", town.places["east"]}}};
  auto dry = run("officer", ask, file);
  ASSERT_TRUE(dry) << dry.error().detail;
  EXPECT_EQ(reasons(*dry), "5:unknown_district ");
  ASSERT_EQ(dry->districts.size(), 4u);
  for (const auto& each : dry->districts)
    EXPECT_EQ(each.organisation.has_value(), each.name != "别处") << each.name;
  ImportAsk all;
  all.all_into = town.places["east"];
  EXPECT_EQ(run("officer", all, file)->taken, 4u);
}

TEST_F(ImportIntoATown, RefusesADistrictThatIsNoneOrNotTheCallers) {
  ImportAsk ask;
  ask.all_into = town.places["west"];
  EXPECT_EQ(key(run("officer", ask, kFile)), "authority.forbidden");
  ask.all_into = town.places["school"];
  EXPECT_EQ(key(run("officer", ask, kFile)), "import.no_district");
  ask.all_into = "nowhere";
  EXPECT_EQ(key(run("officer", ask, kFile)), "import.no_district");
  ask.all_into.reset();
  ask.district_map = {{{"云溪区", town.places["west"]}}};
  EXPECT_EQ(key(run("officer", ask, kFile)), "authority.forbidden");
}

TEST_F(ImportIntoATown, IsRefusedToThoseWithoutTheRight) {
  for (auto login : {"principal", "leader", "guard", "fireman"})
    EXPECT_EQ(key(run(login, {}, kFile)), "authority.forbidden") << login;
  EXPECT_EQ(key(run("admin", {}, kFile)), "taken");
}

TEST_F(ImportIntoATown, TakesOnlyTheChosenKinds) {
  ImportAsk ask;
  ask.kinds = {"kindergarten"};
  auto dry = run("officer", ask, kFile);
  ASSERT_TRUE(dry);
  EXPECT_EQ(dry->taken, 1u);
  ask.kinds = {"castle"};
  EXPECT_EQ(key(run("officer", ask, kFile)), "organisation.unknown_kind");
}

TEST_F(ImportIntoATown, ReadsColumnsTheCallerNames) {
  ImportAsk ask;
  ask.columns = usecases::ImportColumns{.name = "甲", .district = "乙", .code = {}, .kind = {}};
  EXPECT_EQ(run("officer", ask, "乙,甲\n云溪区,某小学\n")->taken, 1u);
  EXPECT_EQ(key(run("officer", ask, "a,b\n1,2\n")), "import.no_column");
  EXPECT_EQ(key(run("officer", {}, "a,b\n1,2\n")), "import.no_column");
}

TEST_F(ImportIntoATown, RefusesAFileThatIsNoTable) {
  EXPECT_EQ(key(run("officer", {}, "")), "table.empty");
  EXPECT_EQ(key(run("officer", {}, std::string("\x00\xff\x00", 3))), "table.malformed");
  EXPECT_EQ(key(run("officer", {}, "PK\x03\x04 cut off")), "table.malformed");
}

TEST_F(ImportIntoATown, LeavesNothingBehindWhenItIsInterrupted) {
  std::string file = "name,district\n";
  for (int i = 0; i < 500; ++i) file += "第" + std::to_string(i) + "小学,云溪区\n";
  std::atomic<bool> stop{false};
  std::int64_t told = 0;
  usecases::Progress progress{.tell =
                                  [&](std::string_view, std::int64_t done, std::int64_t) {
                                    told = done;
                                    if (done >= 200) stop = true;
                                  },
                              .stop = &stop};
  EXPECT_THROW(town.store.write([&](usecases::Transaction& t) {
    auto imported = usecases::import_organisations(t, town.as("officer"), real(), file, progress);
    return imported.has_value();
  }),
               usecases::Interrupted);
  EXPECT_GE(told, 200);
  EXPECT_EQ(town.count("organisations"), 7);
}

TEST(KindOfAName, IsToldByTheLongestMarkAndAnEndingBeforeAWordInside) {
  auto pack = test_pack();
  for (auto [name, kind] : std::initializer_list<std::pair<const char*, const char*>>{
           {"云溪实验小学", "primary"},
           {"云溪幼儿园", "kindergarten"},
           {"云溪初级中学", "junior_middle"},
           {"云溪高级中学", "senior_middle"},
           {"云溪特殊教育学校", "special"},
           {"江南九年制学校", "nine_year"},
           {"云溪大学(老校区小学旁)", "university"},
           {"云溪剧院", ""},
           {"", ""}})
    EXPECT_EQ(usecases::kind_of_name(*pack, name), kind) << name;
}

TEST_F(ImportIntoATown, ReadsTheRealFileAlikeFromCsvFromGb18030AndFromAWorkbook) {
  auto csv = slurp(kRealFile);
  if (csv.empty()) GTEST_SKIP() << kRealFile << " is not here";
  ImportAsk ask;
  ask.all_into = town.places["east"];
  auto plain = run("officer", ask, csv);
  ASSERT_TRUE(plain) << plain.error().detail;
  EXPECT_EQ(plain->rows, 369u);
  EXPECT_EQ(plain->taken + plain->refused.size(), 369u);
  EXPECT_GT(plain->taken, 300u);
  EXPECT_EQ(plain->columns.at("district"), "district_norm");
  for (const auto& other : {gb18030(csv), xlsx(csv), "\xef\xbb\xbf" + csv}) {
    auto same = run("officer", ask, other);
    ASSERT_TRUE(same) << same.error().detail;
    EXPECT_EQ(same->taken, plain->taken);
    EXPECT_EQ(reasons(*same), reasons(*plain));
  }
  // Without a word of where they go, none of the real districts is known here.
  EXPECT_EQ(run("officer", {}, csv)->taken, 0u);
  ask.dry_run = false;
  EXPECT_EQ(run("officer", ask, csv)->created, plain->taken);
  auto again = run("officer", ask, xlsx(csv));
  EXPECT_EQ(again->created, 0u);
  EXPECT_EQ(again->taken, 0u);
}

}  // namespace
}  // namespace anxiao::app
