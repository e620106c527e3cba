/** Who sends a message to a terminal, and about what. */
export interface RequestMessage {
  category: string;
  request: unknown;
  serviceId: string;
  saleId: string;
  poiId: string | undefined;
}

/** A message to a terminal as a till sends it (Nexo Retailer 3.0, JSON): the request in its envelope. */
export function saleToPoiRequest({ category, request, serviceId, saleId, poiId }: RequestMessage): object {
  return {
    SaleToPOIRequest: {
      MessageHeader: {
        ProtocolVersion: "3.0",
        MessageClass: "Service",
        MessageCategory: category,
        MessageType: "Request",
        ServiceID: serviceId,
        SaleID: saleId,
        POIID: poiId,
      },
      [`${category}Request`]: request,
    },
  };
}
