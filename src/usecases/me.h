// What a person is told about himself after log-in: who he is, which posts he holds, and what they
// allow, so that a page shows only what can be done.

#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/words.h"

namespace anxiao::usecases {

struct MyPosting {
  std::string id;
  std::string post;
  pack::Words post_name;
  Ref organisation;
  std::string kind;
  std::string district;
};
BOOST_DESCRIBE_STRUCT(MyPosting, (), (id, post, post_name, organisation, kind, district))

struct Myself {
  std::string id;
  std::string name;
  std::string login;
  std::string district;
};
BOOST_DESCRIBE_STRUCT(Myself, (), (id, name, login, district))

struct Me {
  Myself person;
  std::vector<MyPosting> postings;
  bool must_change_password = false;
  std::vector<std::string> may;  // `matters.read`, sorted, of all postings together
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(Me, (), (person, postings, must_change_password, may, as_of))

Me read_me(Reader& reader, const Office& office);

}  // namespace anxiao::usecases
