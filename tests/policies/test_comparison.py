"""What changed between a draft's text and the final one."""

from policies.comparison import Change, changes


def kinds(before, after):
    return [change.kind for change in changes(before, after)]


def text(pieces):
    return "".join(piece.text for piece in pieces)


def test_sentences_that_differ_in_punctuation_alone_are_the_same():
    before = ["数据登记应当真实，准确；不得虚报。"]
    after = ["数据登记应当真实、准确， 不得虚报。"]
    assert kinds(["登记应当真实，准确。"], ["登记应当真实、准确。"]) == ["same"]
    assert "added" not in kinds(before, after)


def test_a_number_that_changed_is_marked():
    [change] = changes(["登记机构应当在10个工作日内办结。"], ["登记机构应当在5个工作日内办结。"])
    assert change.kind == "changed" and change.changes_a_number
    assert [piece.text for piece in change.before if not piece.is_kept] == ["10个"]
    assert [piece.text for piece in change.after if not piece.is_kept] == ["5个"]
    assert text(change.before) == "登记机构应当在10个工作日内办结。"


def test_a_change_of_words_is_no_change_of_numbers():
    [change] = changes(["登记机构负责审核材料3份。"], ["登记单位负责审核材料3份。"])
    assert change.kind == "changed" and not change.changes_a_number


def test_marks_inside_a_changed_sentence_are_no_change():
    [change] = changes(["对数据，算法和算力给予支持。"], ["对数据、算法和算力给予补助。"])
    assert [piece.text for piece in change.after if not piece.is_kept] == ["补助"]


def test_what_is_new_and_what_is_gone_stand_in_their_places():
    before = ["鼓励企业开放数据。", "设立专门的仲裁机构处理纠纷。", "本办法由数据局解释。"]
    after = ["鼓励企业开放数据。", "本办法由数据局解释。", "有效期为五年，期满另行评估是否延续。"]
    assert kinds(before, after) == ["same", "removed", "same", "added"]


def test_sentences_are_paired_in_order_whatever_the_paragraphs():
    before = ["一是建设平台。二是培育主体。"]
    after = ["一是建设平台。", "二是培育主体。"]
    assert kinds(before, after) == ["same", "same"]


def test_nothing_and_nothing():
    assert changes([], []) == []
    assert changes(["。", "……"], []) == []
    assert [change.kind for change in changes([], ["新的一句话。"])] == ["added"]


def test_a_change_without_numbers_says_so():
    assert not Change("same", (), ()).changes_a_number
