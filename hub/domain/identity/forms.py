"""Forms that one given name takes: nicknames, spellings and transliterations, groups divided by bars.

General knowledge of English usage, written down for this product; none was taken from the data that the resolver is
measured on. A name may be in several groups.
"""

FORMS = """
aaliyah aliyah aleah alia | aarav arav | aaron aron arron | aarush arush | abdul abdal abd abdel | abdullah abdulla
abdallah abraham abe ibrahim ebrahim bram | abigail abby abi gail abbie | abu abou | adam addam | adebayo bayo | adeel
adil | adrian ade adrien | agnieszka aga | ahmed ahmad ahmet achmed | aidan aiden ayden aydan | aisha ayesha aysha
aishah ayisha eesha | alan allan allen al | albert bert bertie albie al | alexander alex alec xander sandy lex ali
sasha aleksander alexandre aleksandr zander | alexandra alex sandra lexi lexie ali sasha alexa aleksandra | alfred alf
alfie fred freddie | ali aly | alice ali ally alyce alys | alison ali ally allison | amaan aman | amanda mandy | ameer
amir emir | amelia amy millie milly mia emelia | amina aminah ameena amna aamina | amy aimee ami | anaya anaaya |
andrew andy drew andre andrzej andrei | angela angie ange | anna ann anne annie hannah ana | annabel annabelle bella
belle anna annie | anthony antony tony ant toni | arabella bella belle | archibald archie | arjun arjan | arthur art
artie | arya aarya aria ariya | ashley ash ashleigh | ayaan ayan | ayodele ayo | barbara barb babs | barnaby barney |
bartholomew bart barty | beatrice bea trixie beatrix bee | benjamin ben benny benji benjy | bernard bernie | bethany
beth bethan | bilal belal bilaal | billy william bill | bradley brad | bridget biddy bridie | bronte bronti | caitlin
kate katie caitlyn kaitlin kaitlyn katelyn katelin | calum callum colum | cameron cam kameron | caroline carol carrie
caro carolyn | casper caspar kasper | catherine kate katie cath cathy kathy kat kitty katherine katharine kathryn cat
catharine katarzyna kasia ekaterina | charles charlie charley chaz chas chuck carlo | charlotte charlie lottie lotte
charley char tottie | chelsea chels | chidi chidiebere | chloe khloe clo | christian chris kristian christy |
christine chris chrissie tina christina kristina krystyna | christopher chris kris topher kit christophe krzysztof
kristofer | chukwu chuks | clara claire clare klara | connor conor conner con | constance connie | craig greg | cyril
cy | dafydd david dai | daisy margaret | daniel dan danny daniyal danial daniyel danyal | danielle dani danni ella |
daood dawud | darren daz | david dave davey davy dawud daud dawood | deborah debbie deb debra | denise den | dennis
denny den | dmitri dmitry dimitri | dominic dom dominik nick nicky | donald don donny | dorothy dot dotty dolly |
douglas doug dougie | duncan dunc | dylan dillon dyllan | ebony eboni | edward ed eddie ted teddy ned eduard edouard |
edwin ed eddie | eleanor ellie nell nora elinor elenor lenny ella ellen eleanora elena | elijah eli elias ilyas |
elizabeth liz lizzie beth betty bess eliza elsie libby lisa betsy lily lilibet elisabeth liza bessie elspeth elise
elzbieta | ella ellie el | ellen ellie nell nellie helen | ellis elis | emeka chukwuemeka | emily em emmie emmy millie
milly emilie emilia emilee | emma em emmy ema | eric rick erik | erin eryn aerin | esme esmee esmae | ethan eathan |
eugene gene | evangeline eve evie eva | eve evie eva evelyn | evelyn evie eve evelina eva lyn | ezekiel zeke | faisal
faysal | faith fae fay | farhan farhaan | fatima fatimah fatema fatma fatimata fathima | felicity fliss flick lissie |
felix flix | finlay finley fin finn finnley findlay | florence flo florrie flossie flora | frances fran fanny frankie
francesca franny francis | francesca fran frankie cesca chessie frances | francis frank frankie fran francisco
franciszek | frank frankie franklin | frederick fred freddie freddy rick frederic fredrick | gabriel gabe gabi jibril
| gabrielle gabby gabi elle gabriella gabriela gaby | gareth gaz gary garth | gavin gav | geoffrey geoff jeff jeffrey
| george georgie jorge jerzy georgi | georgia georgie gia georgina | georgina georgie gina georgia | gerald gerry
jerry | gerard gerry | gillian gill jill gilly jillian | grace gracie | graham grahame graeme | gregory greg gregor
grzegorz | gurpreet guri | guy guido | gwendolyn gwen gwendoline | habiba habibah | hafsa hafsah hafza | hamza hamzah
hamzeh | hannah hanna anna hana hannah | harold harry hal | haroon harun haroun | harpreet harry | harriet hattie
harry harrie hetty harriett | harrison harry harri | harry harri henry harold | hasan hassan hasaan | heather heath |
helen nell nellie helena ellen elena | henrietta etta hettie hetty | henry harry hank hal henri henryk | hugh hughie
huw hugo | husain hussain hussein hussain husayn | ian iain ean | idris idrees | imogen immy immie imo | imran emran |
inaya inaayah inayah | india indie | ioan ieuan iwan | iqra ikra | isaac zac zack ike issac ishaq izaak | isabella
bella izzy issy isabel isabelle belle izzie isobel isabela isa bel | isaiah esaiah | isla ila ayla | islam eslam |
ismail ismael ishmael esmail | isra israa esra | ivan vanya iwan | jack jackie john jak | jackson jaxon jaxson jack
jax | jacob jake jakob jacoby yaqub yakub yaqoob jay kuba jakub | jacqueline jackie jacqui jacquelyn | jade jayde jaid
| jamal jamaal gamal | james jim jimmy jamie jem jay jaymes | jamie james jaime jayme | jane jayne janie jenny janet |
janet jan jane | jasmine jas jaz jazz jazzy yasmin yasmine jasmin | jason jay jase | jaspreet jas jassi | jayden
jaydon jaiden jaden jay | jean jeanne jeannie | jemima jem mima jemma | jennifer jen jenny jenni jenna jennie | jeremy
jez jerry jem | jessica jess jessie jessy jesse | jessie jess | joan joanie joanne | joanna jo joanne joey joann |
jodie jody jodi | john jack johnny jon jonny johnnie ian sean jan | jonathan jon jonny jono johnathan jonathon
johnathon nathan | jordan jordon jord jordyn | joseph joe joey jo josef jozef yusuf yousef yousuf jose | josephine jo
josie fifi jo josey josephina | joshua josh joshuah | joyce joy | judith judy jude | julia julie jules juliet | julian
jules julien | juliet jules julie juliette | justin jus | kai kye ky | kamal kemal | karen kaz | karim kareem | katie
kate katy kati | kayleigh kayley kayla kaylee kaley | keira kiera kira ciara keera | kenneth ken kenny | kevin kev |
khadija khadijah kadija khadeeja | khalid kaled khaled | kieran kieron ciaran kieren | kimberley kim kimberly kimmy |
kwame kwami | kyle kyl | lachlan lachie | laiba layba | laura lori laurie lauren | lauren laurie lauryn loren |
lawrence larry laurie lawrie laurence | layla leila laila leyla lyla | leah lea lia leia | leo leon leonard leonardo |
leonard len lenny leo | leslie les lesley | lewis lew louis luis louie | liam william lee | lily lillie lilly lillian
lilian lil | linda lin lynn lyn lynda | logan logie | louis lou louie lewis luis ludovic | louise lou louisa lu |
lucas luke luca lukas luc | lucy lucie luce lucia lou lulu | luke lucas luc luka | lydia lyd lidia | madeleine maddie
maddy madeline madelyn madalyn | madison maddie maddy maddison | mahmood mahmoud mahmud mehmood | maisie maizie maisy
mazie margaret | malcolm mal | malgorzata gosia | margaret maggie meg peggy daisy greta madge margot marge rita |
maria mary marie mariah mia | mariam maryam miriam mariyam maryum meryem | mark marc marcus marek | martha marty
mattie | martin marty | martina tina | mary molly polly mae may maria marie | maryam mariam | mason mase | matilda
tilly tillie mattie matty mathilda tilda | matthew matt matty mathew matthias mateusz mateo mathieu | maximilian max
maxi maxim maximillian maxwell | maya mya maia | megan meg meghan meggie meagan | mehdi mahdi | melanie mel melly |
melissa mel lissa missy | mercedes mercy | michael mike mick mickey mikey micky mikael mikhail michal mikail miguel |
michelle shell shelly chelle michele | mildred millie milly | millie milly camilla amelia millicent | ming min |
miriam mim mimi mariam | mohammed muhammad mohammad muhammed mohamed mohamad mohd md mo mohamud mehmet muhamad mahomed
| mohsin muhsin | molly mollie moll | monica mon monika | musa moosa mousa moses | mustafa mostafa mustapha | mykola
nikolai | nadia nadya nadiya | naomi nay nomi | nasir naseer nasser | natalie nat nattie natalia nataly natasha |
natasha tasha nat natalya | nathan nate nat nath nathaniel | nathaniel nate nat nathan nathanial | neil niall nial
neal | ngozi goz | niamh neve neave | nicholas nick nicky nico nicolas nik klaus mikolaj nikolas | nicola nicky nic
nikki nichola nicole | nicole nicky nikki nicola nic | noah noa nuh | noor nur nour nura | olamide ola | olexandr
oleksandr | oliver ollie olly oli olivier | olivia liv livvy livvie olive ollie libby | oluwadamilola dami damilola |
oluwaseun seun | oluwatobi tobi | omar umar omer umer | osama usama | oscar ossie oskar ozzy | osman usman uthman
othman | owen owain | pamela pam pammy | patricia pat patsy tricia trish paddy patty | patrick pat paddy patryk rick |
paul pauly pawel pablo | pauline paula | penelope penny pen nell poppy | peter pete petey piotr pedro | philippa pip
pippa pippy phillipa | phillip phil philip pip | phoebe pheebs febe | piers pierce | poppy pops | priscilla cilla |
qasim kasim qassim | rachel rach rachael raquel rae | rafael raphael raf rafe rafi rafal | raheem rahim | rashid
rasheed | raymond ray | rayyan rayan rayaan | rebecca becky becca bec bex rebekah beck | reece rhys reese rees |
reggie reginald | reginald reg reggie | reuben rueben ruben rubin | rhiannon rhi | richard rick dick rich richie ricky
ryszard | riley rylee ryley reilly | robert bob rob robbie bobby bert robin bobbie roberto | roberta bobbie robbie |
robin rob | roger rodge | roman romain | ronald ron ronnie | ronnie ronald veronica | rory ruairi rorie | rosalind ros
rosie roz | rose rosie rosa | rosemary rosie rose romy | rosie rose rosemary | roxanne roxy | rupert rupe | russell
russ | ruth ruthie | ryan rian ryon | saad sad | sabrina brina | safa safaa | saffron saffy | sahil saahil | saif sayf
| saima sayma | salim saleem selim | salma selma | samantha sam sammy sami | samir sameer | samuel sam sammy samual
samy | sana sanaa | sara sarah sally zara sadie | sarah sara sally sadie | scarlett scarlet lettie | sean shaun shawn
shane | sebastian seb bastian sebby baz | sergei sergey serhii | shabana shabnam | shahid shaheed | shannon shan |
sharon shaz | shayaan shayan | sheila shelia | sidney sid sydney | simon si simeon szymon | simran simranjit | siobhan
shivaun chevonne | sophia sophie sofia soph zofia sofie sophy | sophie soph sophia sofie | spencer spence | stacey
stacy stace | stanislaw stas | stanley stan | stella estelle | stephanie steph stevie steffi stefanie | stephen steve
stevie steven stefan stephan ste | stuart stu stewart | suleman sulaiman suleiman sulayman suleyman soleiman | sumaya
sumayyah sumayya sumaiya | susan sue suzie susie suzy susanna suzanne | syed sayed sayyid said | sylvia sylvie silvia
| tabitha tabby | tahir taher | tariq tarik tareq | taylor tay | temitope tope | terence terry tel | teresa tess terry
tessa tracy theresa terri | thaddeus thad tad | theodore theo ted teddy teodor | thomas tom tommy tomas thom tomasz |
tiffany tiff tiffy | timothy tim timmy | toby tobias tobey tobi | tracey tracy trace | tyler ty | umair omair | umaira
humaira | uzair ozair | valerie val | vanessa nessa ness | veronica ronnie vera | victor vic | victoria vicky vikki
tori tory vic vicki viktoria wiktoria | vincent vinny vince vin | violet vi lettie | virginia ginny | vivian viv
vivienne | waleed walid | walter wally walt wat | wayne way | wei way | wilfred wilf fred wilfrid will | william will
bill billy willy liam wills wil willie wilhelm guillaume | winifred winnie freddie | wojciech wojtek | xavier xav
zavier javier | xiao hsiao | yahya yahia yehia | yasin yaseen yassin yaasin | younis yunus younus yunis | yulia julia
iuliia | yusuf yousuf yousef yusef youssef yosef joseph usuf yosuf | zachary zac zack zach zak zachariah zackary
zakaria zakariya zakariyya | zahra zara zahraa | zaid zayd zaied | zain zayn zane zein | zainab zaynab zeinab zaineb |
zeeshan zishan zeshan aleksander alexander | zhang chang | zoe zoey zowie zoie | zuzanna zuza
"""
