// Rows whose day of expiry comes near or has passed. Which field of which ledger is such a day, for
// which rows and how long before it is spoken of, is what the checks of the pack say: those that
// ask whether something is still valid, and statements of what is kept. A row holds up to the end
// of that day.

#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/words.h"

namespace anxiao::usecases {

inline constexpr std::size_t kExpiringRows = 60;

struct Expiry {
  std::string ledger;
  std::string field;
  int lead_days = 0;
  std::vector<pack::RowCondition> where;  // all must hold, else the check is not about the row
};

// Of one ledger; of all of them where `ledger` is empty.
std::vector<Expiry> expiries_of(const pack::Pack& pack, std::string_view ledger = {});

struct Nearing {
  std::string field;
  Day day;
  bool past = false;
};

// The first of the row's days of expiry that lies within its lead, or behind; empty where none
// does.
std::optional<Nearing> nearing(const pack::Ledger& ledger, const std::vector<Expiry>& expiries,
                               const boost::json::object& fields, Day today);

struct ExpiringRow {
  std::string ledger;
  pack::Words name;  // of the ledger
  std::string id;
  std::string title;
  Ref organisation;
  std::string field;
  std::string day;
};
BOOST_DESCRIBE_STRUCT(ExpiringRow, (), (ledger, name, id, title, organisation, field, day))

// Of one ledger at one organisation: so many rows as its list shows when it is narrowed to them.
struct ExpiringCount {
  std::string ledger;
  pack::Words name;
  Ref organisation;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ExpiringCount, (), (ledger, name, organisation, count))

struct Expiring {
  std::int64_t all = 0;
  std::vector<ExpiringRow> items;  // the soonest first, up to kExpiringRows
  std::vector<ExpiringCount> ledgers;
};
BOOST_DESCRIBE_STRUCT(Expiring, (), (all, items, ledgers))

// Of the rows that the actor keeps: those of the organisations at which he holds a post that may
// change them. What is behind already is not among them: the standing says that it is late.
Expiring list_expiring(Reader& reader, const Office& office);

}  // namespace anxiao::usecases
