#include "usecases/ledgers_import.h"

#include <gtest/gtest.h>

#include "app/test_town.h"
#include "usecases/ledgers_table.h"

namespace anxiao::app {
namespace {

namespace json = boost::json;
using usecases::RowsAsk;
using usecases::RowsImported;

const std::string kHead = "保单号,险种,保险公司,起保日期,到期日期,保费（元）,保费出处\n";

class RowsOutOfATable : public testing::Test {
 protected:
  Result<RowsImported> run(const std::string& login, const std::string& ledger,
                           const std::string& at, const std::string& bytes, bool dry_run) {
    auto table = usecases::read_table(bytes);
    if (!table) return table.error();
    RowsAsk ask{
        .attachment = "a", .name = "表.csv", .organisation = town.places[at], .dry_run = dry_run};
    auto office = town.as(login);
    if (dry_run)
      return town.read([&](usecases::Reader& reader) {
        return usecases::preview_rows(reader, office, ledger, ask, *table);
      });
    return town.changed([&](usecases::Transaction& t) {
      return usecases::import_rows(t, office, ledger, ask, *table);
    });
  }
  Result<RowsImported> policies(const std::string& lines, bool dry_run = false) {
    return run("safety", "policies", "school", kHead + lines, dry_run);
  }
  // `line column key`, one a line refused.
  static std::string refusals(const Result<RowsImported>& imported) {
    if (!imported) return imported.error().key;
    std::string out;
    for (const auto& line : imported->refused)
      out += (out.empty() ? "" : "; ") + std::to_string(line.line) + " " + line.column + " " +
             line.key;
    return out;
  }
  Result<std::vector<usecases::LedgerRow>> rows(const std::string& login,
                                                const std::string& ledger) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::all_rows(reader, town.as(login), ledger, {});
    });
  }
  Town town;
};

TEST_F(RowsOutOfATable, AreTakenByTheWordsOfTheLedgerInOneTransaction) {
  const auto lines =
      "P-1,校方责任险,云岭财险,2026-01-01,2026年12月31日,\"4,200\",公用经费或财政\n"
      "P-2,School liability,Yunling,2026/1/1,46387,100,budget\n";
  const auto dry = policies(lines, true);
  ASSERT_TRUE(dry) << dry.error().key << dry.error().detail;
  EXPECT_EQ(dry->taken, 2u);
  EXPECT_EQ(dry->created, 0u);
  EXPECT_EQ(town.count("ledger_rows"), 0);
  const auto real = policies(lines);
  ASSERT_TRUE(real);
  EXPECT_EQ(real->created, 2u);
  EXPECT_EQ(refusals(real), "");
  const auto made = rows("safety", "policies");
  ASSERT_EQ(made->size(), 2u);
  EXPECT_EQ(made->at(0).fields.at("sort"), "liability");
  EXPECT_EQ(made->at(0).fields.at("ends_on"), "2026-12-31");
  EXPECT_EQ(made->at(0).fields.at("premium"), 4200);
  EXPECT_EQ(made->at(1).fields.at("ends_on"), "2026-12-31");
  EXPECT_EQ(town.lines("RowEntered").at(0).at("file"), "表.csv");
}

TEST_F(RowsOutOfATable, AddNothingWhenTheyComeAgain) {
  const auto lines = "P-1,校方责任险,云岭财险,2026-01-01,2026-12-31,,公用经费或财政\n";
  ASSERT_EQ(policies(lines)->created, 1u);
  const auto again = policies(lines);
  EXPECT_EQ(again->created, 0u);
  EXPECT_EQ(again->there, 1u);
  // What was added by hand does not make it another.
  const auto row = rows("safety", "policies")->at(0);
  ASSERT_TRUE(town.changed([&](usecases::Transaction& t) {
    return usecases::change_row(t, town.as("safety"), "policies", row.id, 1, {{{"premium", 4200}}});
  }));
  EXPECT_EQ(policies(lines)->there, 1u);
  // The same name with other words is another row, and is pointed out.
  const auto other = policies("P-1,校方责任险,云岭财险,2027-01-01,2027-12-31,,公用经费或财政\n");
  EXPECT_EQ(other->created, 1u);
  EXPECT_EQ(other->alike, std::vector<std::size_t>{2});
}

TEST_F(RowsOutOfATable, AreRefusedLineByLineWithColumnAndReason) {
  const auto imported = policies(
      "P-1,车险,云岭财险,2026-01-01,2026-12-31,,公用经费或财政\n"
      "P-2,校方责任险,云岭财险,1/2/2026,2026-12-31,,公用经费或财政\n"
      ",校方责任险,云岭财险,2026-01-01,2026-12-31,,公用经费或财政\n"
      "P-4,校方责任险,云岭财险,2026-01-01,2026-12-31,-5,公用经费或财政\n"
      "P-5,校方责任险,云岭财险,2026-01-01,2026-12-31,,公用经费或财政\n"
      "P-5,校方责任险,云岭财险,2026-01-01,2026-12-31,,公用经费或财政\n"
      "P-7,a,b,c,d,e,f,g\n");
  EXPECT_EQ(refusals(imported),
            "2 险种 fields.malformed; 3 起保日期 fields.malformed; 4 保单号 fields.required; "
            "5 保费（元） fields.malformed; 7  import.same_row_above; 8  import.bad_line");
  EXPECT_EQ(imported->created, 1u);
  EXPECT_EQ(imported->refused[0].value, "车险");
  EXPECT_EQ(imported->refused[0].args.at("fault"), "choice");
}

TEST_F(RowsOutOfATable, MustMeetTheGuardsOfTheLedger) {
  const auto imported =
      run("safety", "buildings", "school",
          "建筑名称,正在使用,竣工验收日期\n礼堂,是,\n教学楼,是,2015-08-20\n", false);
  EXPECT_EQ(refusals(imported), "2 竣工验收日期 ledger.guard_unmet");
  EXPECT_EQ(imported->refused[0].clause, "C13.3");
  EXPECT_EQ(imported->created, 1u);
}

TEST_F(RowsOutOfATable, NamePeopleWhoWorkThere) {
  const auto imported = run("safety", "points", "school",
                            "点位,位置,用哪些清单,点位责任人\n"
                            "一层,一号楼,日排查,某teacher\n"
                            "二层,一号楼,日排查,某far_principal\n",
                            false);
  EXPECT_EQ(refusals(imported), "3 点位责任人 import.nobody");
  EXPECT_EQ(rows("safety", "points")->at(0).fields.at("person"),
            json::value(town.people["teacher"]));
}

TEST_F(RowsOutOfATable, GoToTheOrganisationThatALineNames) {
  const std::string head = "学校,点位,位置,用哪些清单\n";
  const auto imported = run("officer", "points", "east",
                            head +
                                "云溪实验小学,一层,一号楼,日排查\n"
                                "云溪中学,一层,一号楼,日排查\n"
                                "青山小学,一层,一号楼,日排查\n"
                                "云溪区消防救援大队,一层,一号楼,日排查\n"
                                ",一层,一号楼,日排查\n",
                            false);
  EXPECT_EQ(refusals(imported),
            "4 学校 import.no_organisation; 5 学校 import.no_organisation; "
            "6 学校 import.whose");
  EXPECT_EQ(imported->created, 2u);
  EXPECT_EQ(
      refusals(run("officer", "points", "east", "点位,位置,用哪些清单\n一,二,日排查\n", true)),
      "import.no_head");
  // A school's own people enter into their school only.
  EXPECT_EQ(
      refusals(run("safety", "points", "school", head + "云溪中学,二层,一号楼,日排查\n", true)),
      "2 学校 import.no_organisation");
}

TEST_F(RowsOutOfATable, AreTakenFromWhoeverMayEnterThemOnly) {
  const auto lines = kHead + "P-1,校方责任险,云岭财险,2026-01-01,2026-12-31,,公用经费或财政\n";
  EXPECT_EQ(refusals(run("guard", "policies", "school", lines, false)), "authority.forbidden");
  EXPECT_EQ(refusals(run("leader", "policies", "school", lines, true)), "authority.forbidden");
  EXPECT_EQ(refusals(run("far_principal", "policies", "school", lines, true)),
            "authority.forbidden");
  EXPECT_EQ(refusals(run("safety", "secrets", "school", lines, true)), "not_found");
  EXPECT_EQ(refusals(run("safety", "policies", "school", "保单号,险种\nP-1,校方责任险\n", true)),
            "import.no_head");
  EXPECT_EQ(town.count("ledger_rows"), 0);
}

TEST_F(RowsOutOfATable, AreNotAboutPeopleWhoAreNoStaff) {
  EXPECT_EQ(
      refusals(run("safety", "visitors", "school",
                   "姓名,证件号,来访事由,进校\n张三,50010119900307123X,办事,2026-03-02 07:10\n",
                   false)),
      "import.personal_ledger");
  EXPECT_FALSE(usecases::template_as_xlsx(town.as("safety"), "visitors", "zh"));
}

TEST_F(RowsOutOfATable, AreNoMoreThanALedgerTakesAtOnce) {
  std::string lines;
  for (std::size_t line = 0; line <= usecases::kRowsImportedMost; ++line)
    lines += "P-" + std::to_string(line) + ",校方责任险,云岭,2026-01-01,2026-12-31,,其他\n";
  EXPECT_EQ(refusals(policies(lines, true)), "import.too_many_rows");
}

TEST_F(RowsOutOfATable, ComeBackAsTheyWentOut) {
  ASSERT_EQ(policies("=1+1,校方责任险,云岭财险,2026-01-01,2026-12-31,4200.5,其他\n")->created, 1u);
  for (const char* language : {"zh", "en"}) {
    const auto made = rows("safety", "policies");
    const auto csv = usecases::rows_as_csv(town.as("safety"), "policies", *made, language);
    const auto xlsx = usecases::rows_as_xlsx(town.as("safety"), "policies", *made, language);
    ASSERT_TRUE(csv && xlsx);
    const auto again = run("safety", "policies", "school", *xlsx, false);
    ASSERT_TRUE(again) << again.error().key;
    EXPECT_EQ(refusals(again), "");
    EXPECT_EQ(again->there, 1u);
    // A spreadsheet would take the name for a formula: in CSV it has a mark before it.
    EXPECT_NE(csv->find("'=1+1"), std::string::npos);
  }
  // Changed in the file, it is not entered a second time beside itself.
  auto changed = *rows("safety", "policies");
  changed[0].fields["insurer"] = "另一家";
  const auto xlsx = usecases::rows_as_xlsx(town.as("safety"), "policies", changed, "zh");
  EXPECT_EQ(refusals(run("safety", "policies", "school", *xlsx, false)), "2  import.row_differs");
}

TEST_F(RowsOutOfATable, FitTheTemplateThatIsGivenOut) {
  const auto heads = [&](const std::string& login, const std::string& ledger) {
    const auto bytes = usecases::template_as_xlsx(town.as(login), ledger, "zh");
    if (!bytes) return bytes.error().key;
    std::string out;
    const auto read = usecases::read_table(*bytes);
    for (const auto& head : read->columns) out += head + "|";
    return out;
  };
  EXPECT_EQ(heads("safety", "policies"),
            "保单号|险种|保险公司|起保日期|到期日期|保费（元）|保费出处|");
  EXPECT_EQ(heads("officer", "barriers"), "单位|位置|类别|设置日期|");
  EXPECT_EQ(heads("guard", "policies"), "authority.forbidden");
  for (const auto& ledger : town.pack->ledgers)
    for (const char* language : {"zh", "en"}) {
      const auto bytes = usecases::template_as_xlsx(town.as("officer"), ledger.id, language);
      if (!bytes) continue;
      const auto read = usecases::read_table(*bytes);
      ASSERT_TRUE(read) << ledger.id;
      EXPECT_TRUE(read->rows.empty()) << ledger.id;
    }
}

}  // namespace
}  // namespace anxiao::app
