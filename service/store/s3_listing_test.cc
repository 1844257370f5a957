#include "service/store/s3_listing.h"

#include <gtest/gtest.h>

namespace removr::store {
namespace {

// As servers write it, with what is not used.
std::string Answer(std::string_view inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/\">"
         "<Name>photos</Name><Prefix>a/</Prefix><KeyCount>2</KeyCount>" +
         std::string(inside) + "</ListBucketResult>";
}

TEST(S3Listing, ReadsObjectsPrefixesAndWhereItGoesOn) {
  const auto listing = ParseS3Listing(
      Answer("<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b&#x2F;&#99;&lt;&gt;&quot;&apos;</"
             "NextContinuationToken>"
             "<Contents><Key>a/1</Key><ETag>&quot;x&quot;</ETag><Size>12</Size><Owner><ID>Key</ID></Owner></Contents>"
             "<Contents><Size>0</Size><Key>a/l&apos;&#50;</Key></Contents>"
             "<CommonPrefixes><Prefix>a/b/</Prefix></CommonPrefixes>"));
  ASSERT_EQ(listing->objects.size(), 2u);
  EXPECT_EQ(listing->objects[0].key, "a/1");
  EXPECT_EQ(listing->objects[0].size_bytes, 12);
  EXPECT_EQ(listing->objects[1].key, "a/l'2");
  EXPECT_EQ(listing->common_prefixes, std::vector<std::string>{"a/b/"});
  EXPECT_EQ(listing->next, "a&b/c<>\"'");
}

TEST(S3Listing, EndsWhereItIsNotTruncated) {
  const auto listing =
      ParseS3Listing(Answer("<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>"));
  EXPECT_TRUE(listing->objects.empty());
  EXPECT_EQ(listing->next, "");
}

TEST(S3Listing, PassesOverKeysThatAreNoneOfOurs) {
  const auto listing =
      ParseS3Listing(Answer("<Contents><Key>&#128512;</Key><Size>1</Size></Contents>"
                            "<Contents><Key>&nbsp;</Key><Size>1</Size></Contents>"
                            "<Contents><Key>&amp</Key><Size>1</Size></Contents>"
                            "<Contents><Key>a</Key><Size>1</Size></Contents>"));
  ASSERT_EQ(listing->objects.size(), 1u);
  EXPECT_EQ(listing->objects[0].key, "a");
}

TEST(S3Listing, RefusesWhatIsNone) {
  for (const std::string& xml :
       {std::string(), std::string("<html>"), std::string("<ListBucketResult>"), std::string("<ListBucketResult"),
        Answer("<Contents><Key>a</Key></Contents>"), Answer("<Contents><Size>1</Size></Contents>"),
        Answer("<Contents><Key>a</Key><Size>-1</Size></Contents>"),
        Answer("<Contents><Key>a</Key><Size>99999999999999999999</Size></Contents>"),
        Answer("<CommonPrefixes></CommonPrefixes>"), Answer("<IsTruncated>true</IsTruncated>"),
        Answer("<IsTruncated>true</IsTruncated><NextContinuationToken></NextContinuationToken>")}) {
    const auto listing = ParseS3Listing(xml);
    ASSERT_FALSE(listing) << xml;
    EXPECT_EQ(listing.error().code, ErrorCode::kIo) << xml;
  }
}

TEST(S3Listing, TellsAnErrorsCode) {
  EXPECT_EQ(ParseS3ErrorCode("<Error><Code>NoSuchKey</Code><Message>It is not there.</Message></Error>"), "NoSuchKey");
  for (const std::string& xml :
       {std::string(), std::string("<Error></Error>"), std::string("<Code>A</Code>"),
        std::string("<Error><Code>a b</Code></Error>"), "<Error><Code>" + std::string(65, 'a') + "</Code></Error>"}) {
    EXPECT_EQ(ParseS3ErrorCode(xml), "") << xml;
  }
}

}  // namespace
}  // namespace removr::store
